import { assert } from '../../engine/assert.ts'
import { checkSpans, rowsWhere, type Spans, type Split } from './rows.ts'

export interface WalkForwardOptions {
  /** `anchored`: fitted on all that came before. `rolling`: on the last `trainUs` alone. */
  readonly mode: 'anchored' | 'rolling'
  /** What the first fit is made on, and each when rolling, microseconds. Positive. */
  readonly trainUs: number
  /** From one fit to the next, microseconds: the schedule that is kept live. Positive. */
  readonly testUs: number
  /** So long before a test no label of its training rows may end, microseconds. 0 or more. */
  readonly gapUs: number
}

/**
 * Fits again and again as one would live: each split trains on rows whose labels were known before its test began, and
 * tests the `testUs` behind. Each row from `trainUs` after the first one on is tested once.
 *
 * Fails: Defect ASSERT for spans that are not positive, a negative gap, and rows that are not in order.
 *
 * @example
 * const spans = { from: [0, 1, 2, 3, 4], until: [0, 1, 2, 3, 4] }
 * const splits = walkForward(spans, { mode: 'rolling', trainUs: 2, testUs: 2, gapUs: 0 })
 * splits.map(({ train, test }) => [[...train], [...test]]) // => [[[0, 1], [2, 3]], [[2, 3], [4]]]
 */
export const walkForward = (spans: Spans, options: WalkForwardOptions): readonly Split[] => {
  const { mode, trainUs, testUs, gapUs } = options
  checkSpans('walkForward', spans)
  for (const [name, value] of Object.entries({ trainUs, testUs }))
    assert(value > 0 && value < Infinity, `walkForward: ${name} is positive, found ${value}`)
  assert(gapUs >= 0, `walkForward: gapUs is 0 or more, found ${gapUs}`)
  const { from, until } = spans
  const splits: Split[] = []
  const begin = (from[0] ?? 0) + trainUs
  let first = firstFrom(spans, begin, 0)
  while (first < from.length) {
    // Tests begin on the schedule, also after a time without rows.
    const start = begin + Math.floor((from[first]! - begin) / testUs) * testUs
    const end = firstFrom(spans, start + testUs, first)
    const oldest = mode === 'rolling' ? start - trainUs : -Infinity
    splits.push({
      train: rowsWhere(0, first, row => from[row]! >= oldest && until[row]! < start - gapUs),
      test: rowsWhere(first, end, () => true),
    })
    first = end
  }
  return splits
}

/** The first row at or after a time. */
const firstFrom = ({ from }: Spans, time: number, after: number): number => {
  let row = after
  while (row < from.length && from[row]! < time) row += 1
  return row
}
