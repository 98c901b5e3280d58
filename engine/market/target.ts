import type { Lots } from './units.ts'

/** What a signal wishes: which way to stand, and the price it was read at. */
export interface Signal {
  /** 1 is long, -1 short, 0 flat. */
  readonly direction: -1 | 0 | 1
  /** Quote currency. */
  readonly price: number
}

/** How much to hold: a signal with its size. */
export interface Target {
  /** Negative is short. */
  readonly lots: Lots
  /** Quote currency. */
  readonly price: number
}
