import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { inputsToForget } from '../lengths.ts'
import { logRatio } from '../log-ratio.ts'

export interface EwmaVolatilityOptions {
  /** What is kept of the variance at each input, above 0 and below 1. 0.94 is the usual for days, 0.97 for months. */
  readonly decay: number
}

/**
 * Exponentially weighted volatility of log returns, about a mean of 0, per input.
 *
 * In      number, price in quote currency; positive, as the door admits them
 * Out     number, log return per input; falls towards 0 on a flat market
 * Emits   one per input from the second on; the first is the size of the first return
 * State   two numbers per key
 * Late    not seen: works by order; a gap gives one return over the gap
 * Fails   Defect ASSERT when decay is not above 0 and below 1
 * Source  J.P. Morgan/Reuters 1996, RiskMetrics Technical Document, ch. 5.2: variance = decay * variance +
 *         (1 - decay) * return^2
 *
 * @example
 * run(ewmaVolatilityStep({ decay: 0.75 }), [1, 2, 2]) // => [0.693147, 0.600283]
 */
export const ewmaVolatility = (options: EwmaVolatilityOptions): Lifted<number, number> =>
  lift(ewmaVolatilityStep(options))

interface EwmaVolatilityState {
  previous: number
  variance: number
}

/** The pure step behind {@link ewmaVolatility}. */
export const ewmaVolatilityStep = ({ decay }: EwmaVolatilityOptions): Kernel<EwmaVolatilityState, number, number> => {
  assert(decay > 0 && decay < 1, `ewmaVolatility: decay is above 0 and below 1, found ${decay}`)
  return {
    name: `ewmaVolatility(${decay})`,
    warmup: 2,
    // The root doubles what is left of the start.
    settle: 2 + 2 * inputsToForget(1 - decay),
    init: () => ({ previous: Number.NaN, variance: Number.NaN }),
    step(state, input) {
      const squared = logRatio(input, state.previous) ** 2
      state.previous = input
      if (Number.isNaN(squared)) return Number.NaN
      if (Number.isNaN(state.variance)) state.variance = squared
      else state.variance += (1 - decay) * (squared - state.variance)
      return Math.sqrt(state.variance)
    },
  }
}
