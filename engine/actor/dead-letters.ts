import { isMillraceError, messageOf } from '../errors.ts'
import type { Block } from '../log/block.ts'
import { blockOf, rowOf } from '../log/build.ts'
import { rowToJson } from '../log/json.ts'
import type { Output } from '../log/port.ts'
import type { Stamped, Topic } from '../market/topic.ts'

/** A row that a behaviour could not step: the event itself, and why it lies here. Time and key are those of the row. */
export interface DeadLetter extends Stamped {
  /** Of the table of errors; the name of the error where it is none of ours. */
  readonly code: string
  readonly reason: string
  /** `topic/partition/offset#row` */
  readonly place: string
  /** The row as JSON, as `rowFromJson` reads it. */
  readonly record: string
}

/** The shape of every dead-letter topic; an actor writes to one of its own, named for its task. */
export const deadLetters: Topic<DeadLetter> = {
  name: 'dead-letters',
  schema: {
    id: 20,
    name: 'dead-letter',
    fields: [
      { name: 'code', type: 'text', unit: 'error code' },
      { name: 'reason', type: 'text', unit: 'sentence' },
      { name: 'place', type: 'text', unit: 'topic/partition/offset#row' },
      { name: 'record', type: 'text', unit: 'JSON' },
    ],
  },
}

/** A record that its door could not decode into a row: as it came, and why it lies here. */
export interface Undecoded extends Stamped {
  readonly code: string
  readonly reason: string
  /** `topic/partition/offset#row` */
  readonly place: string
  /** The beginning of its bytes, base64. */
  readonly value: string
  /** How many bytes it has. */
  readonly bytes: number
  readonly headers: number
}

/** A door puts blocks of these in the mailbox, each in its turn; the actor passes them on to its dead letters. */
export const undecoded: Topic<Undecoded> = {
  name: 'undecoded',
  schema: {
    id: 21,
    name: 'undecoded',
    fields: [
      { name: 'code', type: 'text', unit: 'error code' },
      { name: 'reason', type: 'text', unit: 'sentence' },
      { name: 'place', type: 'text', unit: 'topic/partition/offset#row' },
      { name: 'value', type: 'text', unit: 'base64' },
      { name: 'bytes', type: 'f64', unit: 'bytes' },
      { name: 'headers', type: 'f64', unit: 'headers' },
    ],
  },
}

export const isUndecoded = ({ schema }: Block): boolean => schema.id === undecoded.schema.id

/** 'mean-reversion/0' writes to partition 0 of 'mean-reversion.dead-letters'. */
export const deadLettersOf = (task: string): string => `${task.replace(/\/\d+$/, '')}.dead-letters`

/** Longest reason that is kept, in characters. */
const REASON_MAX = 1000

/** The dead letter of a row, as a block of one. */
export const deadLetter = (error: unknown, place: string, source: Block, index: number): Output['block'] => {
  const row = rowOf(source, index)
  const code = isMillraceError(error) ? error.code : error instanceof Error ? error.name : typeof error
  const reason = messageOf(error).slice(0, REASON_MAX).toWellFormed()
  return blockOf(deadLetters.schema, [{ at: row.at, key: row.key, code, reason, place, record: rowToJson(row) }])
}
