import { type Check, checkAs } from './check.ts'
import { type Minor, minor } from './units.ts'

const check: Check = checkAs('MARKET_MARGIN')

/** What a venue wants to see behind a position, as shares of its notional; 1 is all of it, without leverage. */
export interface Margin {
  /** To open: 0.05 is a leverage of 20. */
  readonly initial: number
  /** To keep: below it the position is closed. */
  readonly maintenance: number
}

/** Fails: Reject MARKET_MARGIN. */
export function margin({ initial, maintenance = initial }: { initial: number; maintenance?: number }): Margin {
  check(initial > 0 && initial <= 1, 'initial margin', initial, 'a share of the notional above 0 and up to 1')
  check(maintenance > 0 && maintenance <= initial, 'maintenance margin', maintenance, `above 0 and up to ${initial}`)
  return { initial, maintenance }
}

/**
 * What is wanted behind a notional, minor units, rounded up.
 *
 * @example
 * marginOn(minor(-100_001), 0.05) // => 5001
 */
export const marginOn = (notional: Minor, share: number): Minor => {
  const wanted = Math.abs(notional) * share
  // What is a whole number but for the noise of a float is that number.
  return minor(Math.ceil(wanted - Math.min(wanted * 1e-12, 0.01)) + 0)
}

/**
 * The largest notional that an equity can open, minor units.
 *
 * @example
 * buyingPower(minor(5_000), margin({ initial: 0.05 })) // => 100000
 */
export const buyingPower = (equity: Minor, { initial }: Margin): Minor => {
  // The division may have lost one: begin above it, and come down to what the margin allows.
  let most = Math.max(0, Math.floor(equity / initial) + 1)
  while (most > 0 && marginOn(minor(most), initial) > equity) most -= 1
  return minor(most)
}

/** Whether what an account is worth is less than its positions want. */
export const isMarginCall = (equity: Minor, notional: Minor, { maintenance }: Margin): boolean =>
  equity < marginOn(notional, maintenance)
