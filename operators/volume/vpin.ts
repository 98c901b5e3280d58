import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { type Aggressor, aggressor, signOf } from '../aggressor.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface VpinOptions {
  /** What one bucket holds, base units. Positive. A fiftieth of a usual day's volume is usual. */
  readonly volume: number
  /** Window, in buckets. Integer, at least 1. 50 is the usual. */
  readonly buckets: number
}

/**
 * Volume-synchronised probability of informed trading: how one-sided trading was, on average over buckets of equal
 * volume. Near 1 somebody trades in one direction whatever the price.
 *
 * In      a trade's { price, size, side }
 * Out     number, 0 to 1; on a flat market the sides of the venue count alone
 * Emits   at each trade that fills a bucket, once `buckets` are full; a large trade may fill several, and emits once
 * State   `buckets` numbers per key
 * Late    not seen: works by order; a gap does not matter; a trade of size 0 does nothing
 * Fails   Defect ASSERT when volume is not positive, or buckets not an integer of at least 1
 * Source  Easley, Lopez de Prado and O'Hara 2012, Review of Financial Studies 25(5). Volume is signed trade by trade
 *         (by the venue, else by the tick rule) and not in bulk; what nobody can sign counts to both sides alike
 *
 * @example
 * const trade = (size: number, side: string) => ({ price: 5, size, side })
 * const trades = [trade(3, 'buy'), trade(3, 'sell'), trade(2, 'sell'), trade(9, 'buy')]
 * run(vpinStep({ volume: 4, buckets: 2 }), trades) // => [0.75, 1]
 */
export const vpin = (options: VpinOptions): Lifted<Pick<Trade, 'price' | 'size' | 'side'>, number> =>
  lift(vpinStep(options))

interface VpinState {
  readonly last: Aggressor
  /** What is in the open bucket, and bought less sold of it. */
  filled: number
  delta: number
  readonly imbalances: Sum
}

/** The pure step behind {@link vpin}. */
export const vpinStep = ({
  volume,
  buckets,
}: VpinOptions): Kernel<VpinState, Pick<Trade, 'price' | 'size' | 'side'>, number> => {
  assert(volume > 0 && volume < Infinity, `vpin: volume is positive, found ${volume}`)
  checkLengths('vpin', { buckets }, 1)
  // What the sum of some sizes may be short of by rounding.
  const full = volume * (1 - 1e-12)
  return {
    name: `vpin(${volume}, ${buckets})`,
    warmup: 1,
    // Where the first bucket begins moves all of them.
    settle: Infinity,
    init: () => ({ last: aggressor(), filled: 0, delta: 0, imbalances: sum(buckets) }),
    step(state, trade) {
      const sign = signOf(state.last, trade)
      // Buckets that one trade fills are alike: more of them than the window has need not be filled one by one.
      const spare = Math.floor(trade.size / volume) - buckets - 1
      let left = spare > 0 ? trade.size - spare * volume : trade.size
      let total = Number.NaN
      while (state.filled + left >= full) {
        const part = volume - state.filled
        total = slideSum(state.imbalances, Math.abs(state.delta + sign * part))
        left = Math.max(left - part, 0)
        state.filled = 0
        state.delta = 0
      }
      state.filled += left
      state.delta += sign * left
      return total / (buckets * volume)
    },
  }
}
