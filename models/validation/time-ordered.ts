import { assert } from '../../engine/assert.ts'
import { checkSpans, rowsWhere, type Spans } from './rows.ts'

export interface TimeOrderedOptions {
  /** The share of rows of each part, in order of time: [0.7, 0.15, 0.15]. Positive; they sum up to 1. */
  readonly shares: readonly number[]
  /** So long before a part no label of an earlier one may end, microseconds. 0 or more. */
  readonly gapUs: number
}

/**
 * Cuts rows into parts, one after the other in time: to fit, to tune, to test once. Rows whose label ends in a later
 * part, or within the gap before it, are in none.
 *
 * Fails: Defect ASSERT for shares that are not positive or do not sum up to 1, and for rows that are not in order.
 *
 * @example
 * const spans = { from: [0, 1, 2, 3], until: [1, 2, 3, 4] }
 * timeOrdered(spans, { shares: [0.5, 0.5], gapUs: 0 }).map(part => [...part]) // => [[0], [2, 3]]
 */
export const timeOrdered = (spans: Spans, { shares, gapUs }: TimeOrderedOptions): readonly Uint32Array[] => {
  checkSpans('timeOrdered', spans)
  const sum = shares.reduce((total, share) => total + share, 0)
  const isWhole = shares.every(share => share > 0) && Math.abs(sum - 1) < 1e-9
  assert(isWhole, `timeOrdered: shares are positive and sum up to 1, found ${shares.join(', ')}`)
  assert(gapUs >= 0, `timeOrdered: gapUs is 0 or more, found ${gapUs}`)
  const rows = spans.from.length
  let before = 0
  const edges = shares.map(share => {
    before += share
    return Math.round(before * rows)
  })
  return edges.map((end, part) => {
    const next = spans.from[end] ?? Infinity
    return rowsWhere(edges[part - 1] ?? 0, end, row => spans.until[row]! < next - gapUs)
  })
}
