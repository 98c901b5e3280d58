import { rowOf } from '../../engine/log/build.ts'
import { type DigestState, digestBlock, digestHex, digestState } from '../../engine/log/digest.ts'
import { rowToJson } from '../../engine/log/json.ts'
import type { LogRecord } from '../../engine/log/port.ts'
import { seqsOf } from './place.ts'

export const HOUR_US = 3_600_000_000

/** Rows of one hour of event time, in the order of their topic. */
export interface HourRows {
  readonly digest: DigestState
  /** Place of the first. */
  readonly first: number
}

export type Hours = Map<number, HourRows>

export const hourOf = (at: number): number => Math.floor(at / HOUR_US) * HOUR_US

/** Takes in the rows of a record that are to count; how many there were. */
export const takeRecord = (hours: Hours, record: LogRecord, counts: (seq: number) => boolean): number => {
  const { block } = record
  const seqs = seqsOf(record)
  let rows = 0
  for (let from = 0, to = 0; from < block.count; from = to) {
    const hour = hourOf(block.at[from]!)
    const isIn = counts(seqs(from))
    to = from + 1
    while (to < block.count && hourOf(block.at[to]!) === hour && counts(seqs(to)) === isIn) to += 1
    if (!isIn) continue
    const found = hours.get(hour) ?? { digest: digestState(), first: seqs(from) }
    hours.set(hour, found)
    digestBlock(found.digest, block, from, to)
    rows += to - from
  }
  return rows
}

/** How many rows, and their digest as 32 hex digits. */
export const figuresOf = (rows: HourRows | undefined): { readonly rows: number; readonly digest: string } => {
  const digest = rows?.digest ?? digestState()
  return { rows: digest.count, digest: digestHex(digest) }
}

/** A row with its place, to be compared. */
export interface PlacedRow {
  readonly seq: number
  readonly json: string
}

/** The rows of one hour that are to count. */
export async function* rowsOfHour(
  records: AsyncIterable<LogRecord>,
  hour: number,
  counts: (seq: number) => boolean,
): AsyncGenerator<PlacedRow, undefined> {
  for await (const record of records) {
    const seqs = seqsOf(record)
    for (let row = 0; row < record.block.count; row++) {
      if (hourOf(record.block.at[row]!) !== hour || !counts(seqs(row))) continue
      yield { seq: seqs(row), json: rowToJson(rowOf(record.block, row)) }
    }
  }
  return undefined
}
