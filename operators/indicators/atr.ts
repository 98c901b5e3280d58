import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { type Mean, noMean, slideMean } from '../mean.ts'
import { trueRangeOf } from '../true-range.ts'
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
 *         from the second bar on, then towards each by 1 / length
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(atrStep({ length: 2 }), [1, 2, 5, 5].map(bar)) // => [3, 2.5]
 */
export const atr = (options: AtrOptions): Lifted<HighLowClose, number> => lift(atrStep(options))

interface AtrState extends Mean {
  close: number
}

/** The pure step behind {@link atr}. */
export const atrStep = ({ length }: AtrOptions): Kernel<AtrState, HighLowClose, number> => {
  checkLengths('atr', { length }, 1)
  const weight = 1 / length
  return {
    name: `atr(${length})`,
    warmup: length + 1,
    settle: length + 1 + inputsToForget(weight),
    init: () => ({ ...noMean(), close: Number.NaN }),
    step(state, { high, low, close }) {
      const range = trueRangeOf(high, low, state.close)
      state.close = close
      // The first bar has no close before it.
      if (Number.isNaN(range)) return Number.NaN
      return slideMean(state, range, length, weight) ? state.mean : Number.NaN
    },
  }
}
