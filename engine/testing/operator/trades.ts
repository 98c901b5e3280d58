import { type Trade, trade } from '../../market/trade.ts'

/** Trades at a price of 5, a microsecond apart, sides by letters: b bought, s sold, anything else is unknown. */
export const tradesOf = (sides: string, size = 1): Trade[] =>
  [...sides].map((side, at) =>
    trade({ at, price: 5, size, side: side === 'b' ? 'buy' : side === 's' ? 'sell' : 'unknown' }),
  )
