import type { Account } from '../market/account.ts'
import type { Bar } from '../market/bar.ts'
import type { Currency } from '../market/cash.ts'
import type { Rates } from '../market/conversion.ts'
import type { Fill } from '../market/fill.ts'
import type { Financing, Payment } from '../market/financing.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Order, OrderUpdate } from '../market/order.ts'
import type { Quote } from '../market/quote.ts'
import type { Trade } from '../market/trade.ts'
import type { Micros } from '../market/units.ts'

/** What a venue may answer. Answers come back by the mailbox: the runner hears them between two rows. */
export type Answer =
  | {
      readonly type: 'fill'
      readonly instrument: string
      readonly value: Fill
      /** By which its money became that of the account; absent where that is the same. */
      readonly rates?: Rates
    }
  | { readonly type: 'update'; readonly instrument: string; readonly value: OrderUpdate }
  | { readonly type: 'payment'; readonly instrument: string; readonly value: Payment }
  | { readonly type: 'account'; readonly value: Account }

/**
 * A venue that answers within event time: it is told what the mailbox is about to step, and answers before that row.
 * Pure state, so that it is saved and restored with the strategy's.
 */
export interface SimulatedVenue {
  /** What its account is kept in; absent where all is paid in that. */
  readonly currency?: Currency
  /** What it fills from: open positions are marked by it. Quotes mark in any case. */
  readonly fillsFrom: 'quotes' | 'trades' | 'bars'
  define(instrument: Instrument): void
  /**
   * Takes an order that was decided at event time `at`. It answers at once only what needs no later quote: that it
   * refuses the order, or, where fills on the deciding quote are allowed, the fill. The runner hears the answers when
   * the row that decided is done, before the next one.
   */
  submit(order: Order, at: Micros, answer: (answer: Answer) => void): void
  /** True while the venue must see each quote of the instrument: a working order, an open position, a cross. */
  watches(instrument: string): boolean
  /** The next quote of the instrument, before the strategy steps it. The record is borrowed. Answers in order. */
  onQuote(instrument: string, quote: Quote, answer: (answer: Answer) => void): void
  /** The same with a public print, and with a bar: ahead of the row that tells it. */
  onTrade(instrument: string, trade: Trade, answer: (answer: Answer) => void): void
  onBar(instrument: string, bar: Bar, answer: (answer: Answer) => void): void
  /** What who holds the instrument now pays or is paid. */
  onFinancing(instrument: string, financing: Financing, answer: (answer: Answer) => void): void
  /** What went through so far, for the manifest: names and plain numbers. */
  counts(): Readonly<Record<string, number>>
  /** Plain data (see Kernel): everything that the next answers depend on. */
  snapshot(): unknown
  restore(snapshot: unknown): void
}
