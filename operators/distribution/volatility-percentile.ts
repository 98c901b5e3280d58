import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { logRatio } from '../log-ratio.ts'
import { type Ordered, ordered, rankOf, slideOrdered } from '../ordered.ts'
import { type Powers, powers, slidePowers } from '../powers.ts'

export interface VolatilityPercentileOptions {
  /** Window of the volatility, in log returns. Integer, at least 2. 20 is the usual. */
  readonly length: number
  /** How many volatilities the latest is ranked among, itself one of them. Integer, at least 1. 252 is the usual. */
  readonly among: number
}

/**
 * Share of the last `among` volatilities that are smaller than the latest: a calm market is near 0, a wild one near 1.
 *
 * Only the past is ranked: a rank over a whole table, as notebooks have it, knows the future.
 *
 * In      number, price in quote currency; positive, as the door admits them
 * Out     number, 0..1; equal volatilities count half; 0.5 on a flat market
 * Emits   one per input from number `length + among` on
 * State   `7 * length + 2 * among` numbers per key
 * Late    not seen: works by order; a gap gives one return over the gap
 * Fails   Defect ASSERT when length is not an integer of at least 2, or among not one of at least 1
 * Source  definition; mid-rank of `closeClose`
 *
 * @example
 * run(volatilityPercentileStep({ length: 2, among: 2 }), [1, 2, 2, 2, 9]) // => [0.25, 0.75]
 */
export const volatilityPercentile = (options: VolatilityPercentileOptions): Lifted<number, number> =>
  lift(volatilityPercentileStep(options))

interface VolatilityPercentileState {
  price: number
  readonly returns: Powers
  readonly squares: Ordered
}

/** The pure step behind {@link volatilityPercentile}. */
export const volatilityPercentileStep = ({
  length,
  among,
}: VolatilityPercentileOptions): Kernel<VolatilityPercentileState, number, number> => {
  checkLengths('volatilityPercentile', { length }, 2)
  checkLengths('volatilityPercentile', { among }, 1)
  return {
    name: `volatilityPercentile(${length}, ${among})`,
    warmup: length + among,
    init: () => ({ price: Number.NaN, returns: powers(length), squares: ordered(among) }),
    step(state, price) {
      const before = state.price
      state.price = price
      if (Number.isNaN(before)) return Number.NaN
      slidePowers(state.returns, logRatio(price, before))
      // Squares about the mean stand in the order of volatilities.
      const { second, count } = state.returns.window
      if (count < length || !slideOrdered(state.squares, second)) return Number.NaN
      return rankOf(state.squares, second)
    },
  }
}
