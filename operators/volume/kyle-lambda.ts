import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { type Aggressor, aggressor, signOf } from '../aggressor.ts'
import { checkLengths } from '../lengths.ts'
import { type Pairs, pairs, slidePairs, slopeOver } from '../pairs.ts'

export interface KyleLambdaOptions {
  /** Window, in trades. Integer, at least 3. */
  readonly length: number
}

/**
 * Kyle's lambda: how far a unit that is bought moves the price, by least squares over the last trades. Large where the
 * market is thin.
 *
 * In      a trade's { price, size, side }
 * Out     number, quote currency per base unit; 0 on a flat market
 * Emits   one per trade from trade `length + 1` on; none while all signed sizes of the window are equal
 * State   `10 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 3
 * Source  Kyle 1985, Econometrica 53(6), as the slope of the price's changes over signed sizes (Hasbrouck 2009, Journal
 *         of Finance 64(3)); sides by the venue, else by the tick rule
 *
 * @example
 * const trade = (price: number, size: number, side: string) => ({ price, size, side })
 * const trades = [trade(5, 1, 'buy'), trade(6, 2, 'buy'), trade(5, 2, 'sell'), trade(7, 4, 'buy')]
 * run(kyleLambdaStep({ length: 3 }), trades) // => [0.5]
 */
export const kyleLambda = (options: KyleLambdaOptions): Lifted<Pick<Trade, 'price' | 'size' | 'side'>, number> =>
  lift(kyleLambdaStep(options))

interface KyleLambdaState {
  readonly last: Aggressor
  readonly moves: Pairs
}

/** The pure step behind {@link kyleLambda}. */
export const kyleLambdaStep = ({
  length,
}: KyleLambdaOptions): Kernel<KyleLambdaState, Pick<Trade, 'price' | 'size' | 'side'>, number> => {
  checkLengths('kyleLambda', { length }, 3)
  return {
    name: `kyleLambda(${length})`,
    warmup: length + 1,
    init: () => ({ last: aggressor(), moves: pairs(length) }),
    step({ last, moves }, trade) {
      const change = trade.price - last.price
      const bought = signOf(last, trade) * trade.size
      if (Number.isNaN(change)) return Number.NaN
      return slidePairs(moves, bought, change) ? slopeOver(moves) : Number.NaN
    },
  }
}
