import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { logRatio } from '../log-ratio.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface GarmanKlassOptions {
  /** Window, in bars. Integer, at least 1. 20 is the usual. */
  readonly length: number
}

/**
 * Garman-Klass volatility: from the ranges of the last `length` bars and their moves from open to close, per bar.
 *
 * It takes the market to have no drift: in a trend it reads high, where `rogersSatchell` does not. It does not see
 * moves between bars: `yangZhang` does.
 *
 * In      a bar's { open, high, low, close }, prices in quote currency
 * Out     number, log return per bar; 0 on a flat window
 * Emits   one per bar from bar `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap between two bars is in neither
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Garman and Klass 1980, Journal of Business 53(1): the root of the mean of
 *         ln(high / low)^2 / 2 - (2 ln 2 - 1) ln(close / open)^2
 *
 * @example
 * const bar = (open: number, close: number) => ({ open, high: 2, low: 1, close })
 * run(garmanKlassStep({ length: 2 }), [bar(1, 1), bar(2, 2), bar(1, 2)]) // => [0.490129, 0.383964]
 */
export const garmanKlass = (
  options: GarmanKlassOptions,
): Lifted<Pick<Bar, 'open' | 'high' | 'low' | 'close'>, number> => lift(garmanKlassStep(options))

/** The pure step behind {@link garmanKlass}. */
export const garmanKlassStep = ({
  length,
}: GarmanKlassOptions): Kernel<Sum, Pick<Bar, 'open' | 'high' | 'low' | 'close'>, number> => {
  checkLengths('garmanKlass', { length }, 1)
  return {
    name: `garmanKlass(${length})`,
    warmup: length,
    init: () => sum(length),
    step(state, { open, high, low, close }) {
      const variance = logRatio(high, low) ** 2 / 2 - (2 * Math.LN2 - 1) * logRatio(close, open) ** 2
      return Math.sqrt(slideSum(state, variance) / length)
    },
  }
}
