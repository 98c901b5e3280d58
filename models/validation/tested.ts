import { MillraceError } from '../../engine/errors.ts'
import type { Spans, Split } from './rows.ts'

/** A stretch of time, both ends included, microseconds. */
export interface Range {
  readonly from: number
  readonly until: number
}

/**
 * The time that the tested rows and their labels cover, in order, without overlaps. A row that was fitted on and meets
 * it has known of the test.
 *
 * @example
 * const spans = { from: [0, 1, 2, 5, 9], until: [1, 4, 3, 6, 9] }
 * testedRanges(spans, Uint32Array.of(4, 1, 2)) // => [{ from: 1, until: 4 }, { from: 9, until: 9 }]
 */
export const testedRanges = ({ from, until }: Spans, test: Split['test']): readonly Range[] => {
  const ranges: { from: number; until: number }[] = []
  let before = Number.NaN
  for (const row of test.toSorted()) {
    const last = ranges.at(-1)
    if (last !== undefined && (row === before + 1 || from[row]! <= last.until))
      last.until = Math.max(last.until, until[row]!)
    else ranges.push({ from: from[row]!, until: until[row]! })
    before = row
  }
  return ranges
}

/** Whether a stretch of time meets one of the ranges, which are in order and without overlaps. */
export const meetsAny = (ranges: readonly Range[], { from, until }: Range): boolean => {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ranges[middle]!.from <= until) low = middle + 1
    else high = middle
  }
  return low > 0 && ranges[low - 1]!.until >= from
}

/** The training rows of a split that have known of its test: their labels, from event to end, meet a tested one. */
export const leakedRows = (spans: Spans, { train, test }: Split): Uint32Array => {
  const ranges = testedRanges(spans, test)
  return train.filter(row => meetsAny(ranges, { from: spans.from[row]!, until: spans.until[row]! }))
}

/** Fails: MODEL_LEAK when a training row of the split has known of its test. */
export const refuseLeaks = (name: string, spans: Spans, split: Split): void => {
  const leaked = leakedRows(spans, split)
  if (leaked.length === 0) return
  const found = `${leaked.length} of ${split.train.length} training labels meet the test, row ${leaked[0]} first`
  throw new MillraceError('MODEL_LEAK', `${name}: ${found}`)
}
