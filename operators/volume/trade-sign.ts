import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { type Aggressor, aggressor, signOf } from '../aggressor.ts'

/**
 * Who began a trade: 1 the buyer, -1 the seller. Where the venue does not tell, the tick rule does: above the price of
 * the last trade it was bought, below it sold, and at the same price it was what the last one was.
 *
 * In      a trade's { price, side }
 * Out     number, 1 or -1
 * Emits   one per trade; none before the first that has a side or moves the price
 * State   two numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Source  Lee and Ready 1991, Journal of Finance 46(2), for the tick rule
 *
 * @example
 * const trade = (price: number, side = 'unknown') => ({ price, side })
 * run(tradeSignStep(), [trade(5), trade(6), trade(6), trade(6, 'sell'), trade(6)]) // => [1, 1, -1, -1]
 */
export const tradeSign = (): Lifted<Pick<Trade, 'price' | 'side'>, number> => lift(tradeSignStep())

/** The pure step behind {@link tradeSign}. */
export const tradeSignStep = (): Kernel<Aggressor, Pick<Trade, 'price' | 'side'>, number> => ({
  name: 'tradeSign',
  warmup: 1,
  init: aggressor,
  step: (last, trade) => signOf(last, trade) || Number.NaN,
})
