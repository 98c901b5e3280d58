import type { InstrumentId, Micros } from './units.ts'

/**
 * What may be traded, and in which steps. Decimals of the wire stay strings; `engine/market/decimal.ts` turns them to
 * numbers. Definitions are events: the feed writes them at the head of the mailbox.
 */
export interface Instrument {
  /** From when the definition holds. */
  readonly at: Micros
  readonly id: InstrumentId
  readonly venue: string
  /** Smallest price step, quote currency, decimal string: '0.00001'. */
  readonly tickSize: string
  /** Smallest quantity step, units of the base, decimal string: '1000'. */
  readonly lotSize: string
  /** Units of quote currency per unit of base and unit of price; 1 unless a contract says otherwise. */
  readonly multiplier: string
  readonly quoteCurrency: string
  /** Places after the point that money in the quote currency is kept in: 2 is cents. */
  readonly decimals: number
  /** Fee on the notional, basis points. */
  readonly takerFeeBps: number
  readonly makerFeeBps: number
}
