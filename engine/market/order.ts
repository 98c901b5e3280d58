import type { InstrumentId, Lots, Micros, Ticks } from './units.ts'

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
