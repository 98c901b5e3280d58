import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { logRatio } from '../log-ratio.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface RogersSatchellOptions {
  /** Window, in bars. Integer, at least 1. 20 is the usual. */
  readonly length: number
}

/**
 * Rogers-Satchell volatility: from where in the last `length` bars their extremes stood, per bar. A drift does not
 * change it. It does not see moves between bars: `yangZhang` does.
 *
 * In      a bar's { open, high, low, close }, prices in quote currency
 * Out     number, log return per bar; 0 on a flat window, and in a straight one, where no bar leaves its way
 * Emits   one per bar from bar `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap between two bars is in neither
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Rogers and Satchell 1991, Annals of Applied Probability 1(4): the root of the mean of
 *         ln(high / close) ln(high / open) + ln(low / close) ln(low / open)
 *
 * @example
 * const bar = (open: number, close: number) => ({ open, high: 2, low: 1, close })
 * run(rogersSatchellStep({ length: 2 }), [bar(1, 1), bar(2, 2), bar(1, 2)]) // => [0.693147, 0.490129]
 */
export const rogersSatchell = (
  options: RogersSatchellOptions,
): Lifted<Pick<Bar, 'open' | 'high' | 'low' | 'close'>, number> => lift(rogersSatchellStep(options))

/** The pure step behind {@link rogersSatchell}. */
export const rogersSatchellStep = ({
  length,
}: RogersSatchellOptions): Kernel<Sum, Pick<Bar, 'open' | 'high' | 'low' | 'close'>, number> => {
  checkLengths('rogersSatchell', { length }, 1)
  return {
    name: `rogersSatchell(${length})`,
    warmup: length,
    init: () => sum(length),
    step: (state, bar) => Math.sqrt(slideSum(state, rogersSatchellVariance(bar)) / length),
  }
}

/** What one bar says of the variance. */
export const rogersSatchellVariance = ({
  open,
  high,
  low,
  close,
}: Pick<Bar, 'open' | 'high' | 'low' | 'close'>): number =>
  logRatio(high, close) * logRatio(high, open) + logRatio(low, close) * logRatio(low, open)
