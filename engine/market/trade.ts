import { type Check, checkAs } from './check.ts'
import { type Micros, micros } from './units.ts'

const check: Check = checkAs('MARKET_TRADE')

/** A public print. `side` is the aggressor's. */
export interface Trade {
  readonly at: Micros
  /** Quote currency. */
  readonly price: number
  /** Units of the base. */
  readonly size: number
  readonly side: 'buy' | 'sell' | 'unknown'
}

/** Fails: Reject MARKET_TRADE. */
export function trade(fields: {
  readonly at: number
  readonly price: number
  readonly size: number
  readonly side?: string
}): Trade {
  const { price, size, side = 'unknown' } = fields
  check(price > 0 && price < Infinity, 'price', price, 'a price above 0, quote currency')
  check(size >= 0 && size < Infinity, 'size', size, 'a size of 0 or more, base units')
  const isSide = side === 'buy' || side === 'sell' || side === 'unknown'
  check(isSide, 'side', side, "'buy', 'sell' or 'unknown'")
  return { at: micros(fields.at), price, size, side }
}
