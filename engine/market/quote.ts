import { type Check, checkAs } from './check.ts'
import { type Micros, micros } from './units.ts'

const check: Check = checkAs('MARKET_QUOTE')

/** The best bid and offer of one instrument. Prices in quote currency, sizes in base units; NaN is never stored. */
export interface Quote {
  readonly at: Micros
  readonly bid: number
  readonly ask: number
  /** Displayed size; 0 when the source does not tell. */
  readonly bidSize: number
  readonly askSize: number
}

/** Crossed and locked quotes pass: whether they are taken is an option of the door. Fails: Reject MARKET_QUOTE. */
export function quote(fields: {
  readonly at: number
  readonly bid: number
  readonly ask: number
  readonly bidSize?: number
  readonly askSize?: number
}): Quote {
  const { bid, ask, bidSize = 0, askSize = 0 } = fields
  check(bid > 0 && bid < Infinity, 'bid', bid, 'a price above 0, quote currency')
  check(ask > 0 && ask < Infinity, 'ask', ask, 'a price above 0, quote currency')
  check(bidSize >= 0 && bidSize < Infinity, 'bid size', bidSize, 'a size of 0 or more, base units')
  check(askSize >= 0 && askSize < Infinity, 'ask size', askSize, 'a size of 0 or more, base units')
  return { at: micros(fields.at), bid, ask, bidSize, askSize }
}
