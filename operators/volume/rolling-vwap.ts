import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Priced, priceOf, volumeOf } from '../priced.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface RollingVwapOptions {
  /** Window, in bars or trades. Integer, at least 1. */
  readonly length: number
}

/**
 * Volume-weighted average price of the last bars or trades. It knows no session: for that take `vwap`.
 *
 * In      Trade, or a bar's { high, low, close, volume } at its typical price (high + low + close) / 3
 * Out     number, quote currency; the price itself on a flat market
 * Emits   one per input from number `length` on; none while the window has no volume
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  definition; over bars it is what others sell as vwap without a session. `vwma` takes the close instead
 *
 * @example
 * const bar = (close: number, volume: number) => ({ high: close, low: close, close, volume })
 * run(rollingVwapStep({ length: 2 }), [bar(1, 3), bar(5, 1), bar(9, 1), bar(9, 0)]) // => [2, 7, 9]
 */
export const rollingVwap = (options: RollingVwapOptions): Lifted<Priced, number> => lift(rollingVwapStep(options))

interface RollingVwapState {
  /** The first price: sums are of distances from it, so that small moves at a large price keep their digits. */
  base: number
  readonly paid: Sum
  readonly traded: Sum
}

/** The pure step behind {@link rollingVwap}. */
export const rollingVwapStep = ({ length }: RollingVwapOptions): Kernel<RollingVwapState, Priced, number> => {
  checkLengths('rollingVwap', { length }, 1)
  return {
    name: `rollingVwap(${length})`,
    warmup: length,
    init: () => ({ base: Number.NaN, paid: sum(length), traded: sum(length) }),
    step(state, input) {
      const price = priceOf(input)
      if (Number.isNaN(state.base)) state.base = price
      const volume = volumeOf(input)
      const paid = slideSum(state.paid, (price - state.base) * volume)
      return state.base + paid / slideSum(state.traded, volume)
    },
  }
}
