import type { Side } from './order.ts'
import type { Lots, Micros, Minor, Ticks } from './units.ts'

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
}
