import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { logRatio } from '../log-ratio.ts'
import { type Powers, powers, slidePowers } from '../powers.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface VarianceRatioOptions {
  /** Window, in log returns. Integer above `lag`. 100 is the usual. */
  readonly length: number
  /** Inputs that a long return spans. Integer, at least 2. */
  readonly lag: number
}

/**
 * Lo and MacKinlay's variance ratio: the variance of returns over `lag` inputs over `lag` times that of single returns.
 * 1 for a random walk, above where moves go on, below where they turn back.
 *
 * Its standard error on a random walk is about sqrt(2 (2 lag - 1)(lag - 1) / (3 lag length)): 0.1 at 100 and 2.
 *
 * In      number, price in quote currency; positive, as the door admits them
 * Out     number, 0 or more
 * Emits   one per input from number `length + 1` on; none while all returns of the window are equal
 * State   `14 * length` numbers per key
 * Late    not seen: works by order; a gap gives one return over the gap
 * Fails   Defect ASSERT when lag is not an integer of at least 2, or length not one above lag
 * Source  Lo and MacKinlay 1988, Review of Financial Studies 1(1), eq. 12: overlapping returns, both variances unbiased
 *
 * @example
 * run(varianceRatioStep({ length: 4, lag: 2 }), [1, 2, 1, 2, 1]) // => [0]
 */
export const varianceRatio = (options: VarianceRatioOptions): Lifted<number, number> => lift(varianceRatioStep(options))

interface VarianceRatioState {
  readonly prices: Ring
  previous: number
  readonly single: Powers
  readonly long: Powers
}

/** The pure step behind {@link varianceRatio}. */
export const varianceRatioStep = ({
  length,
  lag,
}: VarianceRatioOptions): Kernel<VarianceRatioState, number, number> => {
  checkLengths('varianceRatio', { length, lag }, 2)
  assert(length > lag, `varianceRatio: length is above the lag ${lag}, found ${length}`)
  const count = length - lag + 1
  const scale = lag * count * (1 - lag / length)
  return {
    name: `varianceRatio(${length}, ${lag})`,
    warmup: length + 1,
    init: () => ({ prices: ring(lag), previous: Number.NaN, single: powers(length), long: powers(count) }),
    step(state, price) {
      const { single, long } = state
      const before = exchange(state.prices, price)
      const last = state.previous
      state.previous = price
      if (Number.isNaN(last)) return Number.NaN
      const moves = slidePowers(single, logRatio(price, last))
      if (Number.isNaN(before)) return Number.NaN
      slidePowers(long, logRatio(price, before))
      if (!moves) return Number.NaN
      // The long returns are told from `lag` times the mean of the single ones.
      const off = long.window.base + long.window.mean - lag * (single.window.base + single.window.mean)
      const variance = single.window.second / (length - 1)
      return (long.window.second + count * off * off) / scale / variance
    },
  }
}
