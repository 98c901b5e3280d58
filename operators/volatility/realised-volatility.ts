import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { logRatio } from '../log-ratio.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface RealisedVolatilityOptions {
  /** Window, in returns. Integer, at least 1. */
  readonly length: number
}

/**
 * Realised volatility: the root of the sum of the last `length` squared log returns, over the whole window.
 *
 * `closeClose` is per input and takes the mean away; this one is what integrated variance is estimated by, from many
 * small returns. Jumps are in it: `bipowerVariation` leaves them out.
 *
 * In      number, price in quote currency; positive, as the door admits them
 * Out     number, log return over the window; 0 on a flat window
 * Emits   one per input from number `length + 1` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap gives one return over the gap
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Andersen, Bollerslev, Diebold and Labys 2003, Econometrica 71(2)
 *
 * @example
 * run(realisedVolatilityStep({ length: 2 }), [1, 2, 2, 2]) // => [0.693147, 0]
 */
export const realisedVolatility = (options: RealisedVolatilityOptions): Lifted<number, number> =>
  lift(realisedVolatilityStep(options))

interface RealisedVolatilityState {
  previous: number
  readonly squares: Sum
}

/** The pure step behind {@link realisedVolatility}. */
export const realisedVolatilityStep = ({
  length,
}: RealisedVolatilityOptions): Kernel<RealisedVolatilityState, number, number> => {
  checkLengths('realisedVolatility', { length }, 1)
  return {
    name: `realisedVolatility(${length})`,
    warmup: length + 1,
    init: () => ({ previous: Number.NaN, squares: sum(length) }),
    step(state, input) {
      const { previous, squares } = state
      state.previous = input
      return Number.isNaN(previous) ? Number.NaN : Math.sqrt(slideSum(squares, logRatio(input, previous) ** 2))
    },
  }
}
