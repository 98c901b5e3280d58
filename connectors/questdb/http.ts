import { Agent, request as open } from 'node:http'
import { isMillraceError, MillraceError, messageOf } from '../../engine/errors.ts'
import type { QuestdbAddress } from './config.ts'
import type { TableIds } from './standing.ts'

/** What the server said to a batch of lines. */
export type Answer =
  | { readonly type: 'stored' }
  /** It will never take them as they are. The line, counted from 0, where it says which. */
  | { readonly type: 'refused'; readonly line: number | null; readonly reason: string }
  /** Not now; perhaps they are stored all the same. */
  | { readonly type: 'failed'; readonly reason: string }

/** What a server says of itself. */
export interface Settings {
  readonly version: string
  /** Versions of the line protocol that it reads. */
  readonly protocols: readonly number[]
  readonly takesWrites: boolean
}

export interface Http {
  /**
   * Lines of the line protocol, as one request. They may be filled anew when it is answered.
   *
   * Fails  usage QUESTDB_LOGIN; Fault QUESTDB_TABLE when the table is not as the lines expect: no row would pass
   */
  send(lines: Uint8Array): Promise<Answer>
  /** Fails: Fault QUESTDB_DOWN; usage QUESTDB_LOGIN, and QUESTDB_VERSION when this is no QuestDB of our time. */
  settings(): Promise<Settings>
  /** Fails: Fault QUESTDB_DOWN; usage QUESTDB_LOGIN. */
  tables(): Promise<TableIds>
  close(): void
}

/** Longest wait for an answer, milliseconds; what is not answered is sent again. */
const ANSWER_MS = 10_000

/**
 * Connections of its own, one for each sink that is sending, kept between requests. They end with `close`, because the
 * server remembers by connection which table a name meant: see `standing.ts`.
 */
export const openHttp = (address: QuestdbAddress, answerMs: number = ANSWER_MS): Http => {
  const agent = new Agent({ keepAlive: true })
  return {
    async send(lines) {
      try {
        return answerOf(await exchange({ address, agent, path: '/write', body: lines, answerMs }))
      } catch (error) {
        if (!isMillraceError(error) || error.code !== 'QUESTDB_DOWN') throw error
        return { type: 'failed', reason: error.message }
      }
    },
    settings: async () => settingsOf(address, await exchange({ address, agent, path: '/settings', answerMs })),
    tables: async () => tablesOf(address, await exchange({ address, agent, path: TABLES, answerMs })),
    close: () => agent.destroy(),
  }
}

const answerOf = ({ status, text }: Exchanged): Answer => {
  if (status === 204) return { type: 'stored' }
  const { reason, line, isServer } = wordsOf(text)
  // Somebody between us and the server may refuse a request for reasons of his own.
  if (status !== 400 || !isServer) return { type: 'failed', reason: `HTTP ${status}: ${reason}` }
  if (SHAPE.test(reason)) throw new MillraceError('QUESTDB_TABLE', `the server refuses every row: ${reason}`)
  return { type: 'refused', line, reason }
}

/** What is wrong with the table and not with the row. */
const SHAPE = /(table|column: [^;]*) does not exist|cast error from protocol type/

interface Words {
  readonly reason: string
  readonly line: number | null
  /** They are of the database itself. */
  readonly isServer: boolean
}

const wordsOf = (text: string): Words => {
  try {
    const { message, line } = JSON.parse(text) as { readonly message?: unknown; readonly line?: unknown }
    if (typeof message !== 'string') return othersWords(text)
    const reason = message.replace(PREAMBLE, '').replace(/^error in line \d+: /, '')
    return { reason, line: typeof line === 'number' && line >= 1 ? line - 1 : null, isServer: true }
  } catch {
    return othersWords(text)
  }
}

const othersWords = (text: string): Words => ({ reason: text.slice(0, 1000), line: null, isServer: false })

const PREAMBLE = /^failed to parse line protocol:\s*(errors encountered on line\(s\):\s*)?/

const settingsOf = (address: QuestdbAddress, { status, text }: Exchanged): Settings => {
  try {
    const { config } = JSON.parse(text) as { readonly config: Readonly<Record<string, unknown>> }
    return {
      version: String(config['release.version']),
      protocols: (config['line.proto.support.versions'] ?? [1]) as number[],
      takesWrites: ((config['accepting.writes'] ?? ['http']) as string[]).includes('http'),
    }
  } catch (cause) {
    const found = `HTTP ${status} ${text.slice(0, 100)}`
    const sentence = `${placeOf(address)} does not answer as QuestDB 9 does: ${found}`
    throw new MillraceError('QUESTDB_VERSION', sentence, { cause })
  }
}

const TABLES = `/exec?query=${encodeURIComponent('select table_name, id from tables()')}`

const tablesOf = (address: QuestdbAddress, { status, text }: Exchanged): TableIds => {
  try {
    const { dataset } = JSON.parse(text) as { readonly dataset: readonly (readonly [string, number])[] }
    return new Map(dataset.map(([name, id]) => [name, id]))
  } catch (cause) {
    const found = `HTTP ${status} ${text.slice(0, 100)}`
    throw new MillraceError('QUESTDB_DOWN', `${placeOf(address)} does not tell its tables: ${found}`, { cause })
  }
}

interface Exchanged {
  readonly status: number
  readonly text: string
}

interface Exchange {
  readonly address: QuestdbAddress
  readonly agent: Agent
  readonly path: string
  /** With it, it is a POST. */
  readonly body?: Uint8Array
  readonly answerMs: number
}

/** A request and its whole answer. */
const exchange = async ({ address, agent, path, body, answerMs }: Exchange): Promise<Exchanged> => {
  const { host, http: port, user, password } = address
  const method = body === undefined ? 'GET' : 'POST'
  const headers = { 'content-length': body?.length ?? 0 }
  const options = { host, port, path, method, headers, auth: `${user}:${password}`, agent, timeout: answerMs }
  const exchanged = await new Promise<Exchanged>((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(new MillraceError('QUESTDB_DOWN', `no answer from ${placeOf(address)}: ${messageOf(cause)}`, { cause }))
    const request = open(options, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString() }))
      response.on('error', fail)
    })
    request.on('timeout', () => request.destroy(new Error(`none within ${answerMs} ms`)))
    request.on('error', fail)
    request.end(body)
  })
  if (exchanged.status !== 401 && exchanged.status !== 403) return exchanged
  const found = `HTTP ${exchanged.status}`
  throw new MillraceError('QUESTDB_LOGIN', `${placeOf(address)} does not let user '${user}' in: ${found}`)
}

const placeOf = ({ host, http }: QuestdbAddress): string => `${host}:${http}`
