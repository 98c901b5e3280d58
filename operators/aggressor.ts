import type { Trade } from '../engine/market/trade.ts'

/** The price of the last trade, and on which side it was: 1 bought, -1 sold, 0 nobody knows. */
export interface Aggressor {
  price: number
  sign: number
}

export const aggressor = (): Aggressor => ({ price: Number.NaN, sign: 0 })

/**
 * 1 when the buyer began a trade, -1 when the seller did: its own side, or else by the tick rule, bought above the last
 * price and sold below; at the same price as the last one. 0 until there is anything to tell.
 *
 * Source: Lee and Ready 1991, Journal of Finance 46(2), for the tick rule.
 */
export const signOf = (last: Aggressor, { price, side }: Pick<Trade, 'price' | 'side'>): number => {
  const sign = side === 'unknown' ? Math.sign(price - last.price) || last.sign : side === 'buy' ? 1 : -1
  last.price = price
  last.sign = sign
  return sign
}
