import type { Block } from '../log/block.ts'

/** A range of event time, microseconds: [from, to). Without an end it is open there. */
export interface TimeRange {
  readonly from?: number
  readonly to?: number
}

/** The runs of rows among [first, last) whose event time is in the range; one run where time does not fall. */
export const rowsWithin = (
  block: Block,
  first: number,
  last: number,
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: TimeRange,
): readonly (readonly [number, number])[] => {
  if (from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY) return [[first, last]]
  const runs: [number, number][] = []
  for (let row = first; row < last; row++) {
    if (!(block.at[row]! >= from && block.at[row]! < to)) continue
    const run = runs.at(-1)
    if (run?.[1] === row) run[1] = row + 1
    else runs.push([row, row + 1])
  }
  return runs
}
