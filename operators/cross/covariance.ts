import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Pair, type Pairs, pairs, slidePairs } from '../pairs.ts'

export interface CovarianceOptions {
  /** Window, in inputs. Integer, at least 2. */
  readonly length: number
}

/**
 * Sample covariance (n - 1) of two series over the last `length` inputs. Mostly of returns: that of prices is large
 * wherever both have a trend.
 *
 * In      Pair: { price, other }, any units; finite
 * Out     number, product of the units; 0 where one of the two is flat
 * Emits   one per input from number `length` on
 * State   `10 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition. Stock Indicators for .NET divides by n
 *
 * @example
 * const pair = (price: number, other: number) => ({ price, other })
 * run(covarianceStep({ length: 3 }), [pair(1, 2), pair(2, 4), pair(3, 6), pair(3, 0)]) // => [2, -0.333333]
 */
export const covariance = (options: CovarianceOptions): Lifted<Pair, number> => lift(covarianceStep(options))

/** The pure step behind {@link covariance}. */
export const covarianceStep = ({ length }: CovarianceOptions): Kernel<Pairs, Pair, number> => {
  checkLengths('covariance', { length }, 2)
  return {
    name: `covariance(${length})`,
    warmup: length,
    init: () => pairs(length),
    step: (state, { price, other }) => (slidePairs(state, other, price) ? state.window.xy / (length - 1) : Number.NaN),
  }
}
