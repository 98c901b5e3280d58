import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { HighLowClose } from './adx.ts'

export interface AtrOptions {
  /** Averaging length, in bars. Integer, at least 1. 14 is the usual. */
  readonly length: number
}

/**
 * Average true range: how far prices travel from one close to the next bar's extremes.
 *
 * In      { high, low, close }, price, any unit
 * Out     number, unit of the prices; 0 on a flat market
 * Emits   one per bar from bar `length + 1` on
 * State   three numbers per key
 * Late    not seen: works by order; a gap between two bars is in the range of the second
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Wilder 1978, New Concepts in Technical Trading Systems, ch. 3: plain mean of the first `length` true ranges,
 *         from the second bar on, then (previous * (length - 1) + range) / length
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(atrStep({ length: 2 }), [1, 2, 5, 5].map(bar)) // => [3, 2.5]
 */
export const atr = (options: AtrOptions): Lifted<HighLowClose, number> => lift(atrStep(options))

interface AtrState {
  seen: number
  close: number
  mean: number
}

/** The pure step behind {@link atr}. */
export const atrStep = ({ length }: AtrOptions): Kernel<AtrState, HighLowClose, number> => {
  assert(Number.isInteger(length) && length >= 1, `atr: length is an integer of at least 1, found ${length}`)
  return {
    name: `atr(${length})`,
    warmup: length + 1,
    settle: length + 1 + (length === 1 ? 0 : Math.ceil(37 / -Math.log1p(-1 / length))),
    init: () => ({ seen: -1, close: Number.NaN, mean: Number.NaN }),
    step(state, { high, low, close }) {
      const range = Math.max(high, state.close) - Math.min(low, state.close)
      state.close = close
      if (state.seen < length) {
        seed(state, range, length)
        if (state.seen < length) return Number.NaN
      } else state.mean = (state.mean * (length - 1) + range) / length
      return state.mean
    },
  }
}

/** Sums the first true ranges, and makes a mean of them when `length` are in. The first bar has no close before it. */
const seed = (state: AtrState, range: number, length: number): void => {
  state.seen += 1
  if (state.seen === 0) return
  state.mean = (state.seen === 1 ? 0 : state.mean) + range
  if (state.seen === length) state.mean /= length
}
