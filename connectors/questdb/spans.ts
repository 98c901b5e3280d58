import { positionOfSeq, seqOf } from './place.ts'
import type { Postgres, Value } from './postgres.ts'
import type { Table } from './tables.ts'

/** What is asked of the tables: rows of one source. */
export interface Wanted {
  /** 'topic/partition' */
  readonly source: string
  /** Event time [from, to), microseconds; from the first row at or behind `to` on nothing is in, late rows neither. */
  readonly from?: number
  readonly to?: number
  /** Rows of this instrument alone. */
  readonly instrument?: string
  /** Places [first, last). */
  readonly first?: number
  readonly last?: number
}

/** A part of what is wanted that is read in one go. */
export interface Span extends Wanted {
  readonly first: number
  readonly last: number
  /** Tables that hold rows of it. */
  readonly tables: readonly Table[]
}

/** Rows of a span, unless hours have more or lie between each other. The server sorts so many at a time. */
const SPAN_ROWS = 250_000

/**
 * Cuts what is wanted into spans, in the order of the topic. Tables are in the order of time, and late rows stand
 * elsewhere there: the hours whose places overlap are read together. Spans are cut between two records.
 */
export const spansOf = async (
  postgres: Postgres,
  tables: readonly Table[],
  wanted: Wanted,
  spanRows: number = SPAN_ROWS,
): Promise<readonly Span[]> => {
  const cut = await firstBehind(postgres, tables, wanted)
  const bounded = { ...wanted, last: Math.min(cut, wanted.last ?? Number.MAX_SAFE_INTEGER) }
  const hours: Hour[] = []
  for (const table of tables) hours.push(...(await hoursOf(postgres, table, bounded)))
  const groups = grouped(
    hours.sort((a, b) => a.first - b.first),
    spanRows,
  )
  return groups.map((group, i) => {
    const [before, after] = [groups[i - 1], groups[i + 1]]
    return {
      ...wanted,
      // The record at the border may have begun in the hours before.
      from: Math.max(wanted.from ?? -Infinity, Math.min(group.from, before?.from ?? Infinity)),
      to: Math.max(group.to, before?.to ?? -Infinity),
      first: before === undefined ? group.first : recordOf(group.first),
      last: after === undefined ? bounded.last : recordOf(after.first),
      tables: [...new Set([...(before?.tables ?? []), ...group.tables])],
    }
  })
}

/** Rows of one hour of event time, or of more of them. */
interface Hour {
  tables: Set<Table>
  from: number
  to: number
  first: number
  last: number
  rows: number
}

const HOUR_US = 3_600_000_000

const hoursOf = async (postgres: Postgres, table: Table, wanted: Wanted): Promise<readonly Hour[]> => {
  const { sql, values } = where(table, wanted)
  const hours = `timestamp_floor('h', at)::long hour, min(seq), max(seq), count()`
  const rows = await postgres.query(`select ${hours} from "${table.name}" where ${sql} group by hour`, values)
  return rows.map(row => {
    const [hour, first, last, count] = row as readonly number[]
    return { tables: new Set([table]), from: hour!, to: hour! + HOUR_US, first: first!, last: last!, rows: count! }
  })
}

/** The place of the first row that is too late; all that stands behind it is not wanted. */
const firstBehind = async (postgres: Postgres, tables: readonly Table[], wanted: Wanted): Promise<number> => {
  if (wanted.to === undefined) return Number.MAX_SAFE_INTEGER
  let first = Number.MAX_SAFE_INTEGER
  for (const table of tables.filter(({ name }) => name !== DEFINITIONS)) {
    const sql = `select min(seq) from "${table.name}" where source = $1 and at >= $2`
    const [row] = await postgres.query(sql, [wanted.source, wanted.to])
    first = Math.min(first, Number(row?.[0] ?? first))
  }
  return first
}

const grouped = (hours: readonly Hour[], spanRows: number): readonly Hour[] => {
  const groups: Hour[] = []
  for (const hour of hours) {
    const group = groups.at(-1)
    // Apart are hours with no row between each other's, when the later does not begin in the first record of the other.
    const isApart = group !== undefined && hour.first > group.last && recordOf(hour.first) > group.first
    if (group === undefined || (isApart && group.rows + hour.rows > spanRows)) groups.push(hour)
    else {
      group.tables = new Set([...group.tables, ...hour.tables])
      group.from = Math.min(group.from, hour.from)
      group.to = Math.max(group.to, hour.to)
      group.last = Math.max(group.last, hour.last)
      group.rows += hour.rows
    }
  }
  return groups
}

const recordOf = (seq: number): number => seqOf(positionOfSeq(seq).offset, 0)

/** Definitions hold for all times, so no range of time leaves them out. */
const DEFINITIONS = 'instruments'

/** The condition of a query, its values apart. */
export const where = (table: Table, wanted: Wanted): { readonly sql: string; readonly values: readonly Value[] } => {
  const { source, from, to, first, last, instrument } = wanted
  const hasTime = table.name !== DEFINITIONS
  const conditions: (readonly [string, Value | undefined])[] = [
    ['source = ', source],
    ['at >= ', hasTime ? from : undefined],
    ['at < ', hasTime ? to : undefined],
    ['seq >= ', first],
    ['seq < ', last],
    [`"${table.key}" = `, instrument],
  ]
  const given = conditions.filter(([, value]) => value !== undefined)
  return {
    sql: given.map(([condition], i) => `${condition}$${i + 1}`).join(' and '),
    values: given.map(([, value]) => value!),
  }
}
