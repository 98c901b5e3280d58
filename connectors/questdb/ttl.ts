import { MillraceError } from '../../engine/errors.ts'
import type { TopicInfo } from '../../engine/log/port.ts'
import type { Postgres } from './postgres.ts'
import { type Table, tables } from './tables.ts'

/** By table: '30 DAYS'. */
export type Ttl = Readonly<Record<string, string>>

/**
 * Sets how long rows are kept. The server goes by event time: what is older than that before the newest row is dropped.
 *
 * Fails  usage QUESTDB_TTL for another table or time, and when rows that are there would be dropped
 */
export const setTtl = async (postgres: Postgres, declared: readonly Table[], ttl: Ttl): Promise<void> => {
  const inForce = await keptUs(postgres)
  for (const [name, time] of Object.entries(ttl)) {
    const [, count, unit] = TTL.exec(time) ?? []
    if (!declared.some(table => table.name === name) || unit === undefined) {
      const sentence = `rows of table '${name}' cannot be kept for '${time}', expected is a table and '30 DAYS'`
      throw new MillraceError('QUESTDB_TTL', sentence)
    }
    const kept = Number(count) * UNITS[unit.toUpperCase() as Unit]
    if (kept < (inForce.get(name) ?? Number.POSITIVE_INFINITY)) await checkRows(postgres, name, time, kept)
    await postgres.query(`alter table "${name}" set ttl ${time}`)
  }
}

/** What is told of topics whose last row is older than what its table keeps: one row of today would drop them whole. */
export const fading = async (postgres: Postgres, topics: readonly TopicInfo[]): Promise<readonly string[]> => {
  const inForce = await keptUs(postgres)
  return topics.flatMap(({ topic, schema, lastAt }) => {
    const names = schema.split('+')
    const short = tables.find(({ name, schema }) => names.includes(schema ?? '') && isOld(lastAt, inForce.get(name)))
    if (short === undefined) return []
    const sentence = `${topic} ends on ${dayOf(lastAt!)}, before all that table ${short.name} keeps`
    const wayOut = `give it a database of its own, or ALTER TABLE ${short.name} SET TTL 0 DAYS`
    return [`${sentence}: a row of today there drops it whole; ${wayOut}`]
  })
}

const TTL = /^([1-9]\d*) (HOUR|DAY|WEEK|MONTH|YEAR)S?$/i

const DAY_US = 86_400_000_000
/** Months and years are the longest there are. */
const UNITS = { HOUR: DAY_US / 24, DAY: DAY_US, WEEK: 7 * DAY_US, MONTH: 31 * DAY_US, YEAR: 366 * DAY_US }
type Unit = keyof typeof UNITS

const nowUs = (): number => Date.now() * 1000
const dayOf = (at: number): string => new Date(at / 1000).toISOString().slice(0, 10)
const isOld = (at: number | null, kept = Number.POSITIVE_INFINITY): boolean => at !== null && at < nowUs() - kept

/** Of the tables that do not keep all for ever. */
const keptUs = async (postgres: Postgres): Promise<ReadonlyMap<string, number>> => {
  const rows = await postgres.query('select table_name, ttlValue, ttlUnit from tables() where ttlValue > 0')
  return new Map(rows.map(([name, count, unit]) => [String(name), Number(count) * UNITS[unit as Unit]]))
}

const checkRows = async (postgres: Postgres, name: string, time: string, kept: number): Promise<void> => {
  const sql = `select count(), min(at)::long from "${name}" where at < $1`
  const [[count, first] = []] = await postgres.query(sql, [nowUs() - kept])
  if (count === 0) return
  const found = `table ${name} has ${count} rows older than '${time}', the first of ${dayOf(Number(first))}`
  const sentence = `${found}: a row of today would drop them; if that is meant: ALTER TABLE ${name} SET TTL ${time}`
  throw new MillraceError('QUESTDB_TTL', sentence)
}
