import type { Micros } from './units.ts'

/** The best bid and offer of one instrument. Prices in quote currency, sizes in units of the base; NaN is never stored. */
export interface Quote {
  readonly at: Micros
  readonly bid: number
  readonly ask: number
  /** Displayed size; 0 when the source does not tell. */
  readonly bidSize: number
  readonly askSize: number
}
