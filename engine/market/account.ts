import type { Micros, Minor } from './units.ts'

/**
 * The account after the venue booked something; its key is `ALL_KEYS`, so every instrument's state hears it. An
 * instrument that is paid in other money hears it once more: the balance sold for that money, as its crosses move.
 */
export interface Account {
  readonly at: Micros
  /** Cash with realised profit and loss and fees booked; open positions are not in it. */
  readonly balance: Minor
}

/** The key of an event that concerns every instrument. */
export const ALL_KEYS = '*'
