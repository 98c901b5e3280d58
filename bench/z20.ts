import type { Ticks } from './ticks.ts'
import { deviation, distance, LENGTH, slide, WINDOW_SIZE } from './window.ts'
import type { Runner } from './workload.ts'

/**
 * Z20: mean reversion on every quote of a recorded fortnight of EUR/USD, one unit at a time. Every variant does this:
 *
 * 1. x = bid + ask in points of 0.00001: a whole number. On prices as floats a z of exactly 2 or 0.5, which the price
 *    grid makes often, falls now on one side and now on the other.
 * 2. z = how many sample deviations x is from the mean of the last 20 x.
 * 3. Flat: sell one when z > 2, buy one when z < -2. In a position: close it when |z| < 0.5. A buy fills at this
 *    quote's ask, a sale at its bid.
 */
export const ENTER = 2
export const LEAVE = 0.5
export const POINTS = 1e5

export interface Trades {
  readonly fills: number
  /** Quote currency. */
  readonly cash: number
}

/** Fills, and cash in quote currency. */
export const Z20_REFERENCE = '76264|-1.22365'

const POSITION = 0
const SEEN = 1
const WINDOW = 2

/** Z20 as a loop written by hand. */
export function startZ20(): Runner<Trades> {
  const state = new Float64Array(WINDOW + WINDOW_SIZE)
  const totals = new Float64Array(2)
  return {
    push: ticks => loop(state, totals, ticks),
    result: () => ({ fills: totals[0]!, cash: totals[1]! / POINTS }),
  }
}

function loop(s: Float64Array, totals: Float64Array, { count, bid, ask }: Ticks): void {
  for (let i = 0; i < count; i++) {
    const bidPoints = Math.round(bid[i]! * POINTS)
    const askPoints = Math.round(ask[i]! * POINTS)
    const x = bidPoints + askPoints
    // Whole numbers stay exact in plain sums.
    slide(s, WINDOW, x, false)
    const seen = s[SEEN]! + 1
    s[SEEN] = seen
    if (seen < LENGTH) continue
    const z = distance(s, WINDOW, x) / deviation(s, WINDOW)
    const position = s[POSITION]!
    const order = position === 0 ? (z > ENTER ? -1 : z < -ENTER ? 1 : 0) : Math.abs(z) < LEAVE ? -position : 0
    if (order === 0) continue
    s[POSITION] = position + order
    totals[0] = totals[0]! + 1
    totals[1] = totals[1]! - order * (order > 0 ? askPoints : bidPoints)
  }
}
