import { type Check, checkAs } from './check.ts'
import type { Side } from './order.ts'
import { type Lots, lots, type Micros, type Minor, micros, minor, type Ticks, ticks } from './units.ts'

const check: Check = checkAs('MARKET_FILL')

/** An execution of ours. The instrument is the key of the event. */
export interface Fill {
  readonly at: Micros
  readonly orderId: string
  readonly side: Side
  /** Always positive. */
  readonly lots: Lots
  readonly price: Ticks
  /** Positive is paid. */
  readonly fee: Minor
  /** Microseconds between the quote that made the fill and the fill. */
  readonly quoteAgeUs: number
  /** Where positions are hedged, which of the two it changes: what was bought, or what was sold short. */
  readonly leg?: Leg
}

export type Leg = 'long' | 'short'

/** Fails: Reject MARKET_FILL. */
export function fill(fields: { readonly [name in keyof Fill]: Fill[name] extends number ? number : string }): Fill {
  const { orderId, side, quoteAgeUs, leg } = fields
  const size = lots(fields.lots)
  const price = ticks(fields.price)
  check(orderId !== '', 'order id', orderId, 'the id of an order')
  check(side === 'buy' || side === 'sell', 'side', side, "'buy' or 'sell'")
  check(size > 0, 'quantity', size, 'more than 0 lots')
  check(price > 0, 'price', price, 'a price above 0, ticks')
  const isAge = Number.isSafeInteger(quoteAgeUs) && quoteAgeUs >= 0
  check(isAge, 'quote age', quoteAgeUs, 'an integer of 0 or more, us')
  check(leg === undefined || leg === 'long' || leg === 'short', 'leg', leg, "'long' or 'short'")
  const made: Fill = { at: micros(fields.at), orderId, side, lots: size, price, fee: minor(fields.fee), quoteAgeUs }
  return leg === undefined ? made : { ...made, leg }
}
