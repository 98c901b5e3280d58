import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'
import { trueRangeOf } from '../true-range.ts'
import type { HighLowClose } from './adx.ts'

export interface VortexOptions {
  /** Window, in bars. Integer, at least 1. 14 is the usual. */
  readonly length: number
}

/** Movements as a share of the true ranges; around 1. */
export interface Vortex {
  /** From lows to the next highs. */
  readonly plus: number
  /** From highs to the next lows. */
  readonly minus: number
}

/**
 * Vortex: how far prices have come from each low to the next high, and from each high to the next low. The larger one
 * is the trend.
 *
 * In      { high, low, close }, price, any unit
 * Out     Vortex, ratios; the record is reused
 * Emits   one per bar from bar `length + 1` on; none while the window has no range
 * State   `3 * length` numbers per key
 * Late    not seen: works by order; a gap between two bars is a movement of the second
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Botes and Siepman 2010, Technical Analysis of Stocks & Commodities 28(1)
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(vortexStep({ length: 2 }), [1, 2, 3, 2].map(bar)) // => [{ plus: 1.5, minus: 0.5 }, { plus: 1, minus: 1 }]
 */
export const vortex = (options: VortexOptions): Lifted<HighLowClose, Vortex> => lift(vortexStep(options))

interface VortexState {
  high: number
  low: number
  close: number
  readonly plus: Sum
  readonly minus: Sum
  readonly range: Sum
  readonly out: { plus: number; minus: number }
}

/** The pure step behind {@link vortex}. */
export const vortexStep = ({ length }: VortexOptions): Kernel<VortexState, HighLowClose, Vortex> => {
  checkLengths('vortex', { length }, 1)
  return {
    name: `vortex(${length})`,
    warmup: length + 1,
    init: () => ({
      high: Number.NaN,
      low: Number.NaN,
      close: Number.NaN,
      plus: sum(length),
      minus: sum(length),
      range: sum(length),
      out: { plus: 0, minus: 0 },
    }),
    step(state, { high, low, close }) {
      const { high: highBefore, low: lowBefore, close: before, out } = state
      state.high = high
      state.low = low
      state.close = close
      if (Number.isNaN(before)) return undefined
      const plus = slideSum(state.plus, Math.abs(high - lowBefore))
      const minus = slideSum(state.minus, Math.abs(low - highBefore))
      const range = slideSum(state.range, trueRangeOf(high, low, before))
      if (!(range > 0)) return undefined
      out.plus = plus / range
      out.minus = minus / range
      return out
    },
  }
}
