import type { Micros } from './units.ts'

/** A public print. `side` is the aggressor's. */
export interface Trade {
  readonly at: Micros
  /** Quote currency. */
  readonly price: number
  /** Units of the base. */
  readonly size: number
  readonly side: 'buy' | 'sell' | 'unknown'
}
