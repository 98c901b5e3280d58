import type { Account } from '../market/account.ts'
import type { Fill } from '../market/fill.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Order, OrderUpdate } from '../market/order.ts'
import type { Quote } from '../market/quote.ts'
import type { Micros } from '../market/units.ts'

/** What a venue may answer. Answers come back by the mailbox: the runner hears them between two rows. */
export type Answer =
  | { readonly type: 'fill'; readonly instrument: string; readonly value: Fill }
  | { readonly type: 'update'; readonly instrument: string; readonly value: OrderUpdate }
  | { readonly type: 'account'; readonly value: Account }

/**
 * A venue that answers within event time: it is told what the mailbox is about to step, and answers before that row.
 * Pure state, so that it is saved and restored with the strategy's.
 */
export interface SimulatedVenue {
  define(instrument: Instrument): void
  /** Takes an order at event time `at`. It never answers from within: answers come from `onQuote`. */
  submit(order: Order, at: Micros): void
  /** True while the venue must see each quote of the instrument: a working order or an open position. */
  watches(instrument: string): boolean
  /** The next quote of the instrument, before the strategy steps it. The record is borrowed. Answers in order. */
  onQuote(instrument: string, quote: Quote, answer: (answer: Answer) => void): void
  /** Plain data (see Kernel): everything that the next answers depend on. */
  snapshot(): unknown
  restore(snapshot: unknown): void
}
