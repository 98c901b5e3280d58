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
  /** What must be known to begin there: the venues of instruments. */
  progress(): Uint8Array
  /** Takes rows of a record from the position on, as far as the batch has room; whether the record is at its end. */
  take(record: LogRecord, batch: Batch, nowUs: number): boolean
  /** Passes over offsets that hold no record. */
  passTo(offset: number): void
}

export const openIntake = (source: string, from: Position, progress: Uint8Array | null): Intake => {
  const venues = new Map<string, string>(progress === null ? [] : JSON.parse(new TextDecoder().decode(progress)))
  const encoders = new Map<number, Encoder>()
  let [position, whole] = [from, from]
  let saved = save(venues)
  let refused: Refused[] = []
  const origin: Origin = {
    source,
    venueOf: instrument => venues.get(instrument),
    refuse: (seq: number, reason: string, by: Refused['by'] = 'sink') => void refused.push({ seq, reason, by }),
  }
  const encoderOf = (schema: Schema): Encoder => {
    const encoder = encoders.get(schema.id) ?? openEncoder(schema, origin)
    encoders.set(schema.id, encoder)
    return encoder
  }
  const isWhole = (): boolean => [...encoders.values()].every(encoder => encoder.isWhole())
  return {
    position: () => position,
    whole: () => whole,
    progress: () => saved,
    take(record, batch, nowUs) {
      const { block } = record
      refused = batch.refused
      const from = rowAt(record, position)
      if (block.schema.id === instruments.schema.id) {
        learnVenues(venues, block)
        saved = save(venues)
      }
      const row = encoderOf(block.schema).encode(record, from, batch.lines)
      assert(row > from || from === block.count || batch.rows > 0, `${source}: a row has no room in an empty batch`)
      if (row > from) batch.since ??= nowUs
      batch.rows += row - from
      position = positionOf(record, row)
      if (isWhole()) whole = position
      return row === block.count
    },
    passTo(offset) {
      if (offset <= position.offset) return
      position = { offset, row: 0 }
      if (isWhole()) whole = position
    },
  }
}

const save = (venues: ReadonlyMap<string, string>): Uint8Array => new TextEncoder().encode(JSON.stringify([...venues]))

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
