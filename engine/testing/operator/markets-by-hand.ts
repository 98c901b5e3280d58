import { quote } from '../../market/quote.ts'
import { type Trade, trade } from '../../market/trade.ts'
import type { Lots, Micros } from '../../market/units.ts'
import type { Arrival } from './tape.ts'

/** Trades at a price of 5, a microsecond apart, sides by letters: b bought, s sold, anything else is unknown. */
export const tradesOf = (sides: string, size = 1): Trade[] =>
  [...sides].map((side, at) =>
    trade({ at, price: 5, size, side: side === 'b' ? 'buy' : side === 's' ? 'sell' : 'unknown' }),
  )

/** A quote of EURUSD a second, each half a unit around its price: bars of a second have one each. */
export const quotesAround = (...prices: readonly number[]): Arrival[] =>
  prices.map((price, second) => ({
    topic: 'quotes',
    key: 'EURUSD',
    record: { ...quote({ at: second * 1_000_000, bid: price - 0.5, ask: price + 0.5 }) },
  }))

/** The wish to hold so many lots at a quote, two units wide. */
export const wishAt = (bid: number, lots: number): WishAt => ({
  at: 0 as Micros,
  bid,
  ask: bid + 2,
  lots: lots as Lots,
})

interface WishAt {
  readonly at: Micros
  readonly bid: number
  readonly ask: number
  readonly lots: Lots
}
