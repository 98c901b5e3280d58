import { type Check, checkAs } from './check.ts'
import { type InstrumentId, type Lots, lots, type Micros, micros, type Ticks, ticks } from './units.ts'

const check: Check = checkAs('MARKET_INTENT')

export type Side = 'buy' | 'sell'
/** IOC: fill at once what can be filled, cancel the rest. GTC: rest until filled or cancelled. */
export type TimeInForce = 'IOC' | 'GTC'

/** What a strategy wants done; the output of its graph. The instrument is the key of the event. */
export interface Intent {
  readonly at: Micros
  readonly type: 'market' | 'limit'
  readonly side: Side
  /** Always positive. */
  readonly lots: Lots
  /** The worst price for a limit order; 0 for a market order. */
  readonly limit: Ticks
  readonly timeInForce: TimeInForce
}

/** An intent that was given an id: what is written to the orders topic before it is sent to a venue. */
export interface Order extends Intent {
  /** Client order id: a pure function of the cause. */
  readonly id: string
  readonly instrument: InstrumentId
}

/** What became of an order, other than fills. */
export interface OrderUpdate {
  readonly at: Micros
  readonly orderId: string
  readonly state: 'accepted' | 'rejected' | 'cancelled' | 'expired'
  /** Lots of the order that will not be filled any more: 0 when accepted. */
  readonly lotsLeft: Lots
  readonly side: Side
  /** Why, in the venue's words; empty when accepted. */
  readonly reason: string
}

/** Fails: Reject MARKET_INTENT. */
export function intent(fields: {
  readonly at: number
  readonly type: string
  readonly side: string
  readonly lots: number
  readonly limit?: number
  readonly timeInForce: string
}): Intent {
  const { type, side, timeInForce } = fields
  const size = lots(fields.lots)
  const limit = ticks(fields.limit ?? 0)
  check(type === 'market' || type === 'limit', 'type', type, "'market' or 'limit'")
  check(side === 'buy' || side === 'sell', 'side', side, "'buy' or 'sell'")
  check(timeInForce === 'IOC' || timeInForce === 'GTC', 'time in force', timeInForce, "'IOC' or 'GTC'")
  check(size > 0, 'quantity', size, 'more than 0 lots')
  if (type === 'limit') check(limit > 0, 'limit', limit, 'a price above 0, ticks')
  else check(limit === 0, 'limit of a market order', limit, '0')
  return { at: micros(fields.at), type, side, lots: size, limit, timeInForce }
}
