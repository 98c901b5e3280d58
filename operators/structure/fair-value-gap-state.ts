import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface FairValueGapStateOptions {
  /** Most gaps that are followed; a further one takes the place of the oldest. Integer, at least 1. 32 is plenty. */
  readonly most: number
}

/** The gaps that prices have not yet filled, and the newest of them. */
export interface OpenGaps {
  /** How many are open. */
  readonly open: number
  /** Of the newest: 1 under a rise, -1 above a fall; 0 when none is open, as are the others then. */
  readonly direction: number
  /** Bars since it was known. */
  readonly age: number
  /** The share of it that prices have come back through, 0 to below 1. */
  readonly filled: number
}

/**
 * What has become of the fair-value gaps: how many are open, and how old and how far filled the newest open one is.
 *
 * A gap is filled from the side that prices left it on; one that is filled whole is forgotten.
 *
 * In      a bar's { high, low }, prices in any unit
 * Out     OpenGaps; zeros on a flat market; the record is reused
 * Emits   one per bar from bar 3 on
 * State   `5 * most` numbers per key; a bar takes a step for each open gap
 * Late    not seen: works by order
 * Fails   Defect ASSERT when most is not an integer of at least 1
 * Source  as `fairValueGap`; a bar fills the gaps before it and may then leave one itself
 *
 * @example
 * const bar = (low: number) => ({ high: low + 2, low })
 * run(fairValueGapStateStep({ most: 8 }), [1, 4, 8, 7, 3].map(bar))
 * // => [{ open: 1, direction: 1, age: 0, filled: 0 }, { open: 2, direction: 1, age: 0, filled: 0 },
 * // { open: 1, direction: -1, age: 0, filled: 0 }]
 */
export const fairValueGapState = (options: FairValueGapStateOptions): Lifted<Pick<Bar, 'high' | 'low'>, OpenGaps> =>
  lift(fairValueGapStateStep(options))

interface GapsState {
  readonly highs: Ring
  readonly lows: Ring
  /** Of the open gaps, the oldest first: direction, edge that prices left at, height, share filled, age. */
  readonly directions: Float64Array
  readonly edges: Float64Array
  readonly heights: Float64Array
  readonly filled: Float64Array
  readonly ages: Float64Array
  readonly out: { open: number; direction: number; age: number; filled: number }
}

/** The pure step behind {@link fairValueGapState}. */
export const fairValueGapStateStep = ({
  most,
}: FairValueGapStateOptions): Kernel<GapsState, Pick<Bar, 'high' | 'low'>, OpenGaps> => {
  checkLengths('fairValueGapState', { most }, 1)
  return {
    name: `fairValueGapState(${most})`,
    warmup: 3,
    settle: Infinity,
    init: () => ({
      highs: ring(2),
      lows: ring(2),
      directions: new Float64Array(most),
      edges: new Float64Array(most),
      heights: new Float64Array(most),
      filled: new Float64Array(most),
      ages: new Float64Array(most),
      out: { open: 0, direction: 0, age: 0, filled: 0 },
    }),
    step(state, bar) {
      const highBefore = exchange(state.highs, bar.high)
      const lowBefore = exchange(state.lows, bar.low)
      if (Number.isNaN(highBefore)) return undefined
      fillBy(state, bar)
      if (bar.low > highBefore) open(state, 1, bar.low, bar.low - highBefore)
      else if (bar.high < lowBefore) open(state, -1, bar.high, lowBefore - bar.high)
      return newestOf(state)
    },
  }
}

/** The bar goes some way back through the gaps; those that it fills whole are taken out. */
const fillBy = (state: GapsState, { high, low }: Pick<Bar, 'high' | 'low'>): void => {
  const { directions, edges, heights, filled, ages, out } = state
  let left = 0
  for (let i = 0; i < out.open; i++) {
    const back = directions[i]! > 0 ? edges[i]! - low : high - edges[i]!
    const share = Math.max(filled[i]!, back / heights[i]!)
    if (share >= 1) continue
    directions[left] = directions[i]!
    edges[left] = edges[i]!
    heights[left] = heights[i]!
    filled[left] = share
    ages[left] = ages[i]! + 1
    left += 1
  }
  out.open = left
}

const open = (state: GapsState, direction: number, edge: number, height: number): void => {
  const { directions, edges, heights, filled, ages, out } = state
  if (out.open === edges.length) {
    for (const column of [directions, edges, heights, filled, ages]) column.copyWithin(0, 1)
    out.open -= 1
  }
  const at = out.open
  directions[at] = direction
  edges[at] = edge
  heights[at] = height
  filled[at] = 0
  ages[at] = 0
  out.open += 1
}

const newestOf = ({ directions, filled, ages, out }: GapsState): OpenGaps => {
  const newest = out.open - 1
  out.direction = newest < 0 ? 0 : directions[newest]!
  out.age = newest < 0 ? 0 : ages[newest]!
  out.filled = newest < 0 ? 0 : filled[newest]!
  return out
}
