import { assert } from '../../engine/assert.ts'
import { blocksOf, checkSpans, type Spans, type Split, splitAround } from './rows.ts'

export interface PurgedKFoldOptions {
  /** Integer, at least 2, and not above the count of rows. */
  readonly folds: number
  /** So long after a test no training row may begin, microseconds. 0 or more. */
  readonly embargoUs: number
}

/**
 * Tests each of `folds` stretches of time once, and trains on what is left before and after it: less the rows whose
 * time, from event to label end, meets the test's, and those that begin within the embargo behind it.
 *
 * It trains on the future of what it tests. That is for choosing; what one would have earned, walk-forward tells.
 *
 * Fails: Defect ASSERT for folds or an embargo that make no sense, and for rows that are not in order.
 *
 * @example
 * const spans = { from: [0, 1, 2, 3, 4, 5], until: [1, 2, 3, 4, 5, 6] }
 * const splits = purgedKFold(spans, { folds: 3, embargoUs: 0 })
 * splits.map(({ train, test }) => [[...train], [...test]])
 * // => [[[3, 4, 5], [0, 1]], [[0, 5], [2, 3]], [[0, 1, 2], [4, 5]]]
 */
export const purgedKFold = (spans: Spans, { folds, embargoUs }: PurgedKFoldOptions): readonly Split[] => {
  checkSpans('purgedKFold', spans)
  const rows = spans.from.length
  const isRight = Number.isInteger(folds) && folds >= 2 && folds <= rows
  assert(isRight, `purgedKFold: folds is an integer from 2 to the count of rows ${rows}, found ${folds}`)
  assert(embargoUs >= 0, `purgedKFold: embargoUs is 0 or more, found ${embargoUs}`)
  return blocksOf(spans, folds).map(block => splitAround(spans, [block], embargoUs))
}
