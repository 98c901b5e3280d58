import type { Block } from '../log/block.ts'

/** A range of event time, microseconds: [from, to). Without an end it is open there. */
export interface TimeRange {
  readonly from?: number
  readonly to?: number
}

/** A range while a tape is stepped. */
export interface RangeState {
  readonly from: number
  readonly to: number
  /** A row reached `to`: nothing that comes later is in, late rows neither, so that a range is a prefix of the tape. */
  isOver: boolean
}

export const rangeState = ({ from, to }: TimeRange): RangeState => ({
  from: from ?? Number.NEGATIVE_INFINITY,
  to: to ?? Number.POSITIVE_INFINITY,
  isOver: false,
})

/** The runs of rows among [first, last) that are in the range; one run where time does not fall. */
export const rowsWithin = (
  block: Block,
  first: number,
  last: number,
  range: RangeState,
): readonly (readonly [number, number])[] => {
  const { from, to } = range
  if (from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY) return [[first, last]]
  const runs: [number, number][] = []
  for (let row = first; row < last && !range.isOver; row++) {
    const at = block.at[row]!
    if (at >= to) range.isOver = true
    else if (at >= from) {
      const run = runs.at(-1)
      if (run?.[1] === row) run[1] = row + 1
      else runs.push([row, row + 1])
    }
  }
  return runs
}
