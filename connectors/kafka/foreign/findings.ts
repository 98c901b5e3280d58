import { EXPECTED as OF_A_FILE } from '../../file/findings.ts'

/** Why a record gave no row. */
export type Refusal = (typeof REFUSALS)[number]
export const REFUSALS = [
  'oversized',
  'undecodable',
  'unknown-schema',
  'missing-field',
  'bad-stamp',
  'unknown-instrument',
  'bad-number',
  'bad-price',
  'bad-size',
  'crossed',
  'locked',
] as const

/** What was expected of the record, for messages: in the words of a file, where it is the same. */
export const EXPECTED: Readonly<Record<Refusal, string>> = {
  ...OF_A_FILE,
  oversized: 'a record within the size that is declared',
  undecodable: 'a record in the format that is declared',
  'unknown-schema': 'the id of a schema that the registry knows',
  'missing-field': 'a value in every field that a row must have',
  'bad-stamp': 'a time from 1970 to 2255 in the unit that is declared',
  'unknown-instrument': 'an instrument that is declared, of 1 to 64 characters without spaces',
}

/** What a door has seen so far, in numbers. Records that are read again after a failure count again. */
export interface Tally {
  records: number
  bytes: number
  rows: number
  /** Records without a value: they are passed over. */
  tombstones: number
  refused: number
  readonly reasons: Record<Refusal, number>
  /** Odd quotes, whatever became of them. */
  readonly odd: Record<'crossed' | 'locked', number>
}

export const newTally = (): Tally => ({
  records: 0,
  bytes: 0,
  rows: 0,
  tombstones: 0,
  refused: 0,
  reasons: Object.fromEntries(REFUSALS.map(reason => [reason, 0])) as Record<Refusal, number>,
  odd: { crossed: 0, locked: 0 },
})
