import type { Reject } from '../../engine/errors.ts'

/** Why a row is not taken. */
export type Reason = (typeof REASONS)[number]
export const REASONS = [
  'field-count',
  'bad-stamp',
  'out-of-order',
  'unknown-instrument',
  'bad-number',
  'bad-price',
  'bad-size',
  'bad-bar',
  'overlap',
  'no-partner',
  'bad-json',
  'missing-field',
  'bad-message',
  'crossed',
  'locked',
  'duplicate',
] as const

/** What is odd about a row that could be taken: the options of the door say what becomes of it. */
export type Oddity = 'crossed' | 'locked' | 'duplicate'

/** `accept`: taken and counted. `mark`: so too, and written to the rejects file as kept. `refuse`: not taken. */
export type Treatment = 'accept' | 'mark' | 'refuse'

/** What the door has seen so far, in numbers. */
export interface Tally {
  /** Lines of the unpacked text, with header, comments and blank lines. */
  lines: number
  /** Rows that were taken. */
  rows: number
  /** Rows that were not taken. */
  refused: number
  readonly reasons: Record<Reason, number>
  /** Odd rows, whatever became of them. */
  readonly odd: Record<Oddity, number>
  /** Rows that were taken with the stamp of the row before. */
  equalStamps: number
  /** Rows that were taken although their stamp is before the last one. */
  takenOutOfOrder: number
  /** Event time of the first row and the highest of all; NaN while there is none. */
  firstAt: number
  lastAt: number
  /** The first `MAX_EXAMPLES` rows that were not taken. */
  readonly examples: Reject[]
}

export const MAX_EXAMPLES = 5

export const newTally = (): Tally => ({
  lines: 0,
  rows: 0,
  refused: 0,
  reasons: Object.fromEntries(REASONS.map(reason => [reason, 0])) as Record<Reason, number>,
  odd: { crossed: 0, locked: 0, duplicate: 0 },
  equalStamps: 0,
  takenOutOfOrder: 0,
  firstAt: NaN,
  lastAt: NaN,
  examples: [],
})

/** What was expected of the row, for messages. */
export const EXPECTED: Readonly<Record<Reason, string>> = {
  'field-count': 'as many fields as the first line has',
  'bad-stamp': 'a time from 1970 to 2255 in the unit of the first row',
  'out-of-order': 'a time not before that of the rows above',
  'unknown-instrument': 'an instrument of the list',
  'bad-number': 'finite decimals',
  'bad-price': 'prices above zero',
  'bad-size': 'a size that is not negative',
  'bad-bar': 'a high of at least the low, and open and close between them',
  overlap: 'a bar that begins where the one before it has ended, or later',
  'no-partner': 'a bar of the same time and instrument in the other file',
  'bad-json': 'one JSON object a line',
  'missing-field': 'a value in every field that a row must have',
  'bad-message': 'a message of the venue as JSON, with what its kind must have',
  crossed: 'an ask that is not below the bid',
  locked: 'an ask above the bid',
  duplicate: 'a row that differs from the one before',
}
