import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { logRatio } from '../log-ratio.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface ParkinsonOptions {
  /** Window, in bars. Integer, at least 1. 20 is the usual. */
  readonly length: number
}

/**
 * Parkinson's volatility: from the ranges of the last `length` bars, per bar.
 *
 * About five times as sure as `closeClose` of the same length. It does not see moves between bars, and reads low when
 * few trades make a bar.
 *
 * In      a bar's { high, low }, prices in quote currency
 * Out     number, log return per bar; 0 on a flat window
 * Emits   one per bar from bar `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap between two bars is in neither
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Parkinson 1980, Journal of Business 53(1): the root of the mean of ln(high / low)^2 / (4 ln 2)
 *
 * @example
 * const bar = (high: number) => ({ high, low: 1 })
 * run(parkinsonStep({ length: 2 }), [2, 1, 1].map(bar)) // => [0.294353, 0]
 */
export const parkinson = (options: ParkinsonOptions): Lifted<Pick<Bar, 'high' | 'low'>, number> =>
  lift(parkinsonStep(options))

/** The pure step behind {@link parkinson}. */
export const parkinsonStep = ({ length }: ParkinsonOptions): Kernel<Sum, Pick<Bar, 'high' | 'low'>, number> => {
  checkLengths('parkinson', { length }, 1)
  return {
    name: `parkinson(${length})`,
    warmup: length,
    init: () => sum(length),
    step: (state, { high, low }) => Math.sqrt(slideSum(state, logRatio(high, low) ** 2) / (4 * Math.LN2 * length)),
  }
}
