import { type Instrument, instrument } from '../engine/market/instrument.ts'
import { inputsOf } from './golden.ts'

/** A moment at which something is to be sized, and what is known then. */
export interface SizingCase {
  readonly direction: -1 | 0 | 1
  readonly ticks: number
  /** Millionths of a dollar. */
  readonly balance: number
  /** Ticks from the price to the stop. */
  readonly away: number
  readonly volatility: number
  readonly probability: number
  readonly payoff: number
  /** Lots that are held, and the ticks at which they were entered. */
  readonly held: number
  readonly entry: number
}

/** What `golden/sizing.py` has sized in exact fractions. */
export const sizingCases: readonly SizingCase[] = inputsOf('sizing cases')

export const eurusd: Instrument = instrument({
  id: 'EURUSD',
  venue: 'sim',
  tickSize: '0.00001',
  lotSize: '1000',
  quoteCurrency: 'USD',
})

export const heardBy = ({ balance }: Pick<SizingCase, 'balance'>): Readonly<Record<string, readonly unknown[]>> => ({
  accounts: [{ at: 0, balance }],
  instruments: [eurusd],
})
