import { undecoded } from '../../engine/actor/dead-letters.ts'
import { assert } from '../../engine/assert.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { Block } from '../../engine/log/block.ts'
import type { LogRecord, Position } from '../../engine/log/port.ts'
import { positionOf, rowAt } from '../../engine/log/position.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { instruments } from '../../engine/market/topics.ts'
import type { Batch, Refused } from './batch.ts'
import type { Encoder, Origin } from './encoder.ts'
import { levelEncoder } from './levels.ts'
import { type Mark, markOf } from './mark.ts'
import { seqsOf } from './place.ts'
import { rowEncoder } from './rows.ts'
import { tableFor } from './tables.ts'
import { valueEncoder } from './values.ts'

/** Puts the rows of a mailbox into batches. */
export interface Intake {
  /** Taken up to here. */
  position(): Position
  /** Up to here nothing waits for rows to come: from here one can begin again. */
  whole(): Position
  /** What must be known to begin there. */
  progress(): Uint8Array
  /** Names of the tables that rows were taken for. */
  tables(): Iterable<string>
  /** Takes rows of a record from the position on, as far as the batch has room; whether the record is at its end. */
  take(record: LogRecord, batch: Batch, nowUs: number): boolean
  /** Passes over offsets that hold no record. */
  passTo(offset: number): void
}

/** What is known when one begins. */
export interface Progress {
  /** Of instruments. */
  readonly venues: readonly (readonly [instrument: string, venue: string])[]
  /** The last row before the position; null when there is none. */
  readonly last: Mark | null
}

/** Older sinks have kept the venues alone. */
export const progressOf = (bytes: Uint8Array | null): Progress => {
  const found: Progress | Progress['venues'] = bytes === null ? [] : JSON.parse(new TextDecoder().decode(bytes))
  return 'venues' in found ? found : { venues: found, last: null }
}

export const openIntake = (source: string, from: Position, progress: Progress): Intake => {
  const venues = new Map(progress.venues)
  const encoders = new Map<number, Encoder>()
  const tables = new Set<string>()
  let [position, whole] = [from, from]
  let { last } = progress
  let refused: Refused[] = []
  const origin: Origin = {
    source,
    venueOf: instrument => venues.get(instrument),
    refuse: (seq: number, reason: string, by: Refused['by'] = 'sink') => void refused.push({ seq, reason, by }),
  }
  const encoderOf = (schema: Schema): Encoder => {
    const encoder = encoders.get(schema.id) ?? openEncoder(schema, origin)
    encoders.set(schema.id, encoder)
    const table = tableFor(schema)
    if (table !== undefined) tables.add(table.name)
    return encoder
  }
  const isWhole = (): boolean => [...encoders.values()].every(encoder => encoder.isWhole())
  return {
    position: () => position,
    whole: () => whole,
    tables: () => tables,
    progress: () => new TextEncoder().encode(JSON.stringify({ venues: [...venues], last } satisfies Progress)),
    take(record, batch, nowUs) {
      const { block } = record
      refused = batch.refused
      const from = rowAt(record, position)
      if (block.schema.id === instruments.schema.id) learnVenues(venues, block)
      const row = encoderOf(block.schema).encode(record, from, batch.lines)
      assert(row > from || from === block.count || batch.rows > 0, `${source}: a row has no room in an empty batch`)
      if (row > from) batch.since ??= nowUs
      batch.rows += row - from
      position = positionOf(record, row)
      if (isWhole()) {
        whole = position
        if (row > from) last = markOf(record, row - 1)
      }
      return row === block.count
    },
    passTo(offset) {
      if (offset <= position.offset) return
      position = { offset, row: 0 }
      if (isWhole()) whole = position
    },
  }
}

const learnVenues = (venues: Map<string, string>, { columns, count }: Block): void => {
  for (let row = 0; row < count; row++) venues.set(columns.id![row] as string, columns.venue![row] as string)
}

/** Fails: Fault QUESTDB_TABLE when there is no table for such rows. */
const openEncoder = (schema: Schema, origin: Origin): Encoder => {
  if (schema.id === undecoded.schema.id) return refusingEncoder(origin)
  const table = tableFor(schema)
  if (table === undefined) {
    const sentence = `${origin.source} holds rows of ${schema.name}, for which there is no table`
    throw new MillraceError('QUESTDB_TABLE', sentence)
  }
  if (table.shape === 'levels') return levelEncoder(table, schema, origin)
  return table.shape === 'values' ? valueEncoder(table, schema, origin) : rowEncoder(table, schema, origin)
}

/** Rows that a door could not decode: the dead letters say what was wrong. */
const refusingEncoder = ({ refuse }: Origin): Encoder => ({
  isWhole: () => true,
  encode(record, from) {
    const seqs = seqsOf(record)
    for (let row = from; row < record.block.count; row++) refuse(seqs(row), 'it could not be decoded', 'door')
    return record.block.count
  },
})
