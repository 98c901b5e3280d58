import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { logRatio } from '../log-ratio.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface BipowerVariationOptions {
  /** Window, in pairs of neighbouring returns. Integer, at least 1. */
  readonly length: number
}

/**
 * Bipower variation: the variance of the window without its jumps, from products of neighbouring absolute log returns.
 *
 * A jump stands in two products, each with an ordinary return: it weighs little. The square of `realisedVolatility`
 * less this is what jumps have added.
 *
 * In      number, price in quote currency; positive, as the door admits them
 * Out     number, squared log return over the window; 0 on a flat window
 * Emits   one per input from number `length + 2` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap gives one return over the gap
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Barndorff-Nielsen and Shephard 2004, Journal of Financial Econometrics 2(1): pi / 2 times the sum
 *
 * @example
 * run(bipowerVariationStep({ length: 1 }), [1, 2, 1, 1]) // => [0.754694, 0]
 */
export const bipowerVariation = (options: BipowerVariationOptions): Lifted<number, number> =>
  lift(bipowerVariationStep(options))

interface BipowerVariationState {
  previous: number
  size: number
  readonly products: Sum
}

/** The pure step behind {@link bipowerVariation}. */
export const bipowerVariationStep = ({
  length,
}: BipowerVariationOptions): Kernel<BipowerVariationState, number, number> => {
  checkLengths('bipowerVariation', { length }, 1)
  return {
    name: `bipowerVariation(${length})`,
    warmup: length + 2,
    init: () => ({ previous: Number.NaN, size: Number.NaN, products: sum(length) }),
    step(state, input) {
      const size = Math.abs(logRatio(input, state.previous))
      const product = size * state.size
      state.previous = input
      state.size = size
      return Number.isNaN(product) ? Number.NaN : (Math.PI / 2) * slideSum(state.products, product)
    },
  }
}
