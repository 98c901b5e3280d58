import type { Ticks } from './ticks.ts'
import { deviation, distance, LENGTH, slide, WINDOW_SIZE } from './window.ts'
import type { Runner } from './workload.ts'

/**
 * Keyed z-score: of each instrument's mids, how many sample deviations the last is from the mean of the last 20; those
 * beyond 2 are hits. Result: hits, and the sum of their z in order of the ticks.
 */
export const BEYOND = 2

export interface Hits {
  hits: number
  sum: number
}

const SEEN = 0
const WINDOW = 1
const STRIDE: number = WINDOW + WINDOW_SIZE

/** The keyed z-score as a loop written by hand. */
export function startKeyed(instruments: number): Runner<Hits> {
  const state = new Float64Array(instruments * STRIDE)
  const totals = new Float64Array(2)
  return {
    push: ticks => loop(state, totals, ticks),
    result: () => ({ hits: totals[0]!, sum: totals[1]! }),
  }
}

function loop(s: Float64Array, totals: Float64Array, { count, key, bid, ask }: Ticks): void {
  for (let i = 0; i < count; i++) {
    const b = key[i]! * STRIDE
    const mid = (bid[i]! + ask[i]!) / 2
    slide(s, b + WINDOW, mid, true)
    const seen = s[b + SEEN]! + 1
    s[b + SEEN] = seen
    if (seen < LENGTH) continue
    const z = distance(s, b + WINDOW, mid) / deviation(s, b + WINDOW)
    if (Math.abs(z) <= BEYOND) continue
    totals[0] = totals[0]! + 1
    totals[1] = totals[1]! + z
  }
}
