import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { aboveLine, leftOver, type Pair, type Pairs, pairs, slidePairs, slopeOver } from '../pairs.ts'

export interface CointegrationOptions {
  /** Window, in inputs. Integer, at least 3. */
  readonly length: number
}

/**
 * How far the price is from where the other says it should be, in standard errors of the line that fits the last
 * `length` inputs best: what pairs are traded by.
 *
 * It tests nothing: two random walks give such numbers as well. Whether the distance goes back is what `halfLife` of it
 * says.
 *
 * In      Pair: { price, other }, quote currency
 * Out     number, standard errors (n - 2)
 * Emits   one per input from number `length` on; none while the other is flat, or all inputs lie on the line to within
 *         rounding
 * State   `10 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 3
 * Source  Engle and Granger 1987, Econometrica 55(2): the residual of ordinary least squares with an intercept
 *
 * @example
 * const pair = (price: number, other: number) => ({ price, other })
 * run(cointegrationStep({ length: 4 }), [pair(0, 0), pair(1, 1), pair(2, 2), pair(4, 3)]) // => [0.774597]
 */
export const cointegration = (options: CointegrationOptions): Lifted<Pair, number> => lift(cointegrationStep(options))

/** The pure step behind {@link cointegration}. */
export const cointegrationStep = ({ length }: CointegrationOptions): Kernel<Pairs, Pair, number> => {
  checkLengths('cointegration', { length }, 3)
  return {
    name: `cointegration(${length})`,
    warmup: length,
    init: () => pairs(length),
    step(state, { price, other }) {
      if (!slidePairs(state, other, price)) return Number.NaN
      const left = leftOver(state.window)
      return left > 0 ? aboveLine(state, slopeOver(state), other, price) / Math.sqrt(left / (length - 2)) : Number.NaN
    },
  }
}
