import { type Check, checkAs } from './check.ts'
import { termsOf } from './decimal.ts'
import { type InstrumentId, instrumentId, type Micros, micros } from './units.ts'

const check: Check = checkAs('MARKET_INSTRUMENT')

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

/** Checks steps, fees, and that money is kept finely enough. Fails: Reject MARKET_INSTRUMENT and those of `termsOf`. */
export function instrument(fields: {
  readonly at?: number
  readonly id: string
  readonly venue: string
  readonly tickSize: string
  readonly lotSize: string
  readonly multiplier?: string
  readonly quoteCurrency: string
  readonly decimals?: number
  readonly takerFeeBps?: number
  readonly makerFeeBps?: number
}): Instrument {
  const { venue, quoteCurrency, multiplier = '1', decimals = 6, takerFeeBps = 0, makerFeeBps = 0 } = fields
  check(venue !== '', 'venue', venue, 'a name')
  check(quoteCurrency !== '', 'quote currency', quoteCurrency, 'a code')
  check(isFee(takerFeeBps), 'taker fee', takerFeeBps, FEE)
  check(isFee(makerFeeBps), 'maker fee', makerFeeBps, FEE)
  const at = micros(fields.at ?? 0)
  const id = instrumentId(fields.id)
  const { tickSize, lotSize } = fields
  const made = { at, id, venue, tickSize, lotSize, multiplier, quoteCurrency, decimals, takerFeeBps, makerFeeBps }
  termsOf(made)
  return made
}

const FEE = '-1000 to 1000 bps with at most 4 decimals'

/** Four decimals, so that `feeOf` counts in whole hundred-millionths of the notional. */
const isFee = (bps: number): boolean => Math.abs(bps) <= 1000 && Math.abs(bps * 1e4 - Math.round(bps * 1e4)) < 1e-6
