import type { Socket } from 'node:net'
import pg from 'pg'
// @ts-expect-error: pg-cursor comes without types
import PgCursor from 'pg-cursor'
import { type Code, isMillraceError, MillraceError, messageOf } from '../../engine/errors.ts'
import type { QuestdbAddress } from './config.ts'

/** A portal of PG wire: the rows of a query, so many at a time. */
interface Cursor {
  submit(connection: unknown): void
  read(rows: number): Promise<Value[][]>
}

const Cursor: new (sql: string, values: readonly Value[], options: object) => Cursor = PgCursor

/** A value of a query: numbers are exact, timestamps integer microseconds, arrays as the server writes them. */
export type Value = number | string | boolean | null

export interface Postgres {
  /** All rows at once, for small answers. Values go as parameters, never as text of the statement. */
  query(sql: string, values?: readonly Value[]): Promise<readonly (readonly Value[])[]>
  /** Rows as they come, so many at a time. */
  stream(sql: string, values: readonly Value[], rows: number): AsyncIterable<readonly (readonly Value[])[]>
  close(): Promise<void>
}

/** How long a connection may take to stand. */
const CONNECT_MS = 10_000
/** Longest silence while an answer is waited for. The server ends a query by itself after 60 s. */
const ANSWER_MS = 90_000
/** When nothing comes for so long the system asks whether the other side is still there. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 }
/** A topic is read by a connection for each of its tables, all at once: with a bound they would wait for each other. */
const CONNECTIONS_MAX = Number.POSITIVE_INFINITY

/**
 * Fails, each call: Fault QUESTDB_DOWN, also when the server says nothing for too long, usage QUESTDB_LOGIN, Fault
 * QUESTDB_QUERY with the words of the server.
 */
export const openPostgres = (address: QuestdbAddress, answerMs: number = ANSWER_MS): Postgres => {
  const { host, pg: port, user, password, database } = address
  const limits = { max: CONNECTIONS_MAX, connectionTimeoutMillis: Math.min(CONNECT_MS, answerMs) }
  // What is idle keeps no process: the goodbye to a host that is gone is never answered.
  const pool = new pg.Pool({ host, port, user, password, database, ...limits, ...KEEP_ALIVE, allowExitOnIdle: true })
  // A connection that breaks while it is idle is opened again when needed; what a query meets, the query tells.
  pool.on('error', () => undefined)
  pool.on('connect', client => client.on('error', () => undefined))
  const connect = () => pool.connect().catch(cause => Promise.reject(failure(address, cause)))
  return {
    async query(sql, values = []) {
      const client = await connect()
      const reading = openReading()
      try {
        const answer = client.query<Value[]>({ text: sql, values: [...values], ...reading })
        const { rows } = await answered(client, answer, answerMs)
        reading.check()
        return rows
      } catch (cause) {
        throw failure(address, cause)
      } finally {
        client.release()
      }
    },
    async *stream(sql, values, rows) {
      const client = await connect()
      const reading = openReading()
      const cursor = client.query(new Cursor(sql, values, reading))
      const next = () => answered(client, cursor.read(rows), answerMs)
      let isWhole = false
      try {
        for (let some = await next(); some.length > 0; some = await next()) {
          reading.check()
          yield some
        }
        isWhole = true
      } catch (cause) {
        throw failure(address, cause)
      } finally {
        // A connection whose answer was not read to its end, or broke, is not used again.
        client.release(!isWhole)
      }
    },
    close: () => pool.end(),
  }
}

/** Breaks the connection when nothing comes for so long: then the answer fails. */
const answered = <T>(client: pg.PoolClient, answer: Promise<T>, answerMs: number): Promise<T> => {
  const socket = client.connection.stream as Socket
  const leave = () => void socket.destroy(new Error(`nothing within ${answerMs} ms`))
  socket.setTimeout(answerMs, leave)
  return answer.finally(() => socket.setTimeout(0, leave))
}

const [BOOLEAN, BIGINT, SMALLINT, INTEGER, REAL, DOUBLE, TIMESTAMP] = [16, 20, 21, 23, 700, 701, 1114]

interface Reading {
  readonly rowMode: 'array'
  readonly types: pg.CustomTypesConfig
  /** Fails when a value could not be read: one that throws by itself, where the driver calls it, ends the process. */
  check(): void
}

/** How the texts of PG wire become values. */
const openReading = (): Reading => {
  let unsafe: string | null = null
  const integer = (text: string): number => {
    const value = Number(text)
    if (!Number.isSafeInteger(value)) unsafe ??= text
    return value
  }
  const parserOf = (type: number): ((text: string) => Value) => {
    if (type === BIGINT || type === SMALLINT || type === INTEGER) return integer
    if (type === DOUBLE || type === REAL) return Number
    if (type === TIMESTAMP) return micros
    return type === BOOLEAN ? text => text === 't' : text => text
  }
  return {
    rowMode: 'array',
    types: { getTypeParser: parserOf } as pg.CustomTypesConfig,
    check() {
      if (unsafe === null) return
      const sentence = `the integer ${unsafe} is beyond 2^53: it would come back as another`
      throw new MillraceError('QUESTDB_QUERY', sentence)
    },
  }
}

/** '2014-05-13 16:53:20.000001', always UTC. */
const micros = (text: string): number =>
  Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`) * 1000 + Number(text.slice(20).padEnd(6, '0'))

const failure = ({ host, pg: port, user }: QuestdbAddress, cause: unknown): MillraceError => {
  if (isMillraceError(cause)) return cause
  const [code, sentence] = sentenceOf(cause, `${host}:${port}`, user)
  return new MillraceError(code, `${sentence}: ${messageOf(cause) || 'no answer'}`, { cause })
}

const sentenceOf = (cause: unknown, place: string, user: string): readonly [Code, string] => {
  if (!(cause instanceof pg.DatabaseError)) return ['QUESTDB_DOWN', `no answer from ${place} over PG wire`]
  if (/invalid username|password/i.test(cause.message))
    return ['QUESTDB_LOGIN', `${place} does not let user '${user}' in`]
  return ['QUESTDB_QUERY', `${place} refuses a query`]
}
