import type { Bar } from '../engine/market/bar.ts'
import type { Trade } from '../engine/market/trade.ts'

/** What has a price and a volume: a trade, or a bar at its typical price. */
export type Priced = Pick<Trade, 'price' | 'size'> | Pick<Bar, 'high' | 'low' | 'close' | 'volume'>

/** The same with its time. A bar belongs to the session in which it starts. */
export type PricedAt =
  | Pick<Trade, 'at' | 'price' | 'size'>
  | Pick<Bar, 'at' | 'start' | 'high' | 'low' | 'close' | 'volume'>

/** The typical price of a bar is a third of high, low and close: told from the close, it keeps small moves. */
export const priceOf = (input: Priced): number => {
  if ('price' in input) return input.price
  const { high, low, close } = input
  return close + (high - close + (low - close)) / 3
}

export const volumeOf = (input: Priced): number => ('price' in input ? input.size : input.volume)

export const timeOf = (input: PricedAt): number => ('price' in input ? input.at : input.start)
