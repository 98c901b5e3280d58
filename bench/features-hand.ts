import type { Ticks } from './ticks.ts'
import { deviation, distance, LENGTH, mean, slide, WINDOW_SIZE } from './window.ts'
import type { Runner } from './workload.ts'

/**
 * Ten features of each tick, taken as a bar of its own: high = ask, low = bid, close = mid, volume = size. As float32
 * and in this order: the return over 1 and over 5 bars, the range and the distances from the mean of 20 closes and from
 * the exponential mean of 12 as shares of the close, z-score and volatility of 20, Wilder's RSI(14) and ADX(14), the
 * volume over its mean of 20. Result: vectors, and the sum of all their numbers in their order.
 */
export interface Vectors {
  vectors: number
  sum: number
}

/** Counts a vector in. */
export function count(result: Vectors, values: Float32Array): void {
  result.vectors += 1
  for (let i = 0; i < values.length; i++) result.sum += values[i]!
}

/** The ten as a loop written by hand: what two of them need is computed once. */
export function startFeaturesHand(instruments: number): Runner<Vectors> {
  const state = new Float64Array(instruments * STRIDE)
  const values = new Float32Array(10)
  const result: Vectors = { vectors: 0, sum: 0 }
  return { push: ticks => loop(state, values, result, ticks), result: () => result }
}

const WILDER = 14
const EMA = 12
const LAG = 5

// The state of an instrument; the instruments stand one after the other in one array.
const SEEN = 0
const OLD_CLOSE = 1
const OLD_HIGH = 2
const OLD_LOW = 3
const MEAN = 4
const Z = 5 // the last there was
const GAIN = 6
const LOSS = 7
const PLUS = 8
const MINUS = 9
const TREND = 10
const VOLUME = 11 // of the window; sizes are whole numbers, so that no digit is lost
const LAGGED = 12
const VOLUMES: number = LAGGED + LAG
const CLOSES: number = VOLUMES + LENGTH
const RETURNS: number = CLOSES + WINDOW_SIZE
const STRIDE: number = RETURNS + WINDOW_SIZE

function loop(s: Float64Array, out: Float32Array, result: Vectors, { count: rows, key, bid, ask, size }: Ticks): void {
  for (let i = 0; i < rows; i++) {
    const b = key[i]! * STRIDE
    const high = ask[i]!
    const low = bid[i]!
    const close = (low + high) / 2
    const seen = s[b + SEEN]!
    const change = close - s[b + OLD_CLOSE]!
    const growth = change / s[b + OLD_CLOSE]!
    const up = high - s[b + OLD_HIGH]!
    const down = s[b + OLD_LOW]! - low
    s[b + SEEN] = seen + 1
    s[b + OLD_CLOSE] = close
    s[b + OLD_HIGH] = high
    s[b + OLD_LOW] = low

    const lagged = b + LAGGED + (seen % LAG)
    const before = s[lagged]!
    s[lagged] = close
    const sized = b + VOLUMES + (seen % LENGTH)
    const traded = s[b + VOLUME]! + size[i]! - s[sized]!
    s[b + VOLUME] = traded
    s[sized] = size[i]!
    const above = close - s[b + MEAN]!
    s[b + MEAN] = s[b + MEAN]! + (seen < EMA ? above / (seen + 1) : (2 / (EMA + 1)) * above)
    slide(s, b + CLOSES, close, true)
    if (seen === 0) continue
    slide(s, b + RETURNS, Math.log1p(growth), true)
    strengthen(s, b, seen, change)
    // Only the larger of the two counts, and none that is not above zero.
    if (!isTrending(s, b, seen, up > down ? Math.max(up, 0) : down > up ? Math.min(-down, 0) : 0)) continue

    const z = distance(s, b + CLOSES, close) / deviation(s, b + CLOSES)
    if (!Number.isNaN(z)) s[b + Z] = z
    out[0] = growth
    out[1] = (close - before) / before
    out[2] = (high - low) / close
    out[3] = (close - mean(s, b + CLOSES)) / close
    out[4] = (close - s[b + MEAN]!) / close
    out[5] = s[b + Z]!
    out[6] = deviation(s, b + RETURNS)
    out[7] = 100 - 100 / (1 + s[b + GAIN]! / s[b + LOSS]!)
    out[8] = s[b + TREND]!
    out[9] = (LENGTH * size[i]!) / traded
    count(result, out)
  }
}

/** Wilder's means of the gains and the losses; they start as the plain mean of the first. */
function strengthen(s: Float64Array, b: number, seen: number, change: number): void {
  const gain = Math.max(change, 0)
  const loss = Math.max(-change, 0)
  if (seen > WILDER) {
    s[b + GAIN] = ((WILDER - 1) * s[b + GAIN]! + gain) / WILDER
    s[b + LOSS] = ((WILDER - 1) * s[b + LOSS]! + loss) / WILDER
  } else {
    const share = seen === WILDER ? WILDER : 1
    s[b + GAIN] = (s[b + GAIN]! + gain) / share
    s[b + LOSS] = (s[b + LOSS]! + loss) / share
  }
}

/** Takes a directional move, above zero for one up; true once there is an average directional index. */
function isTrending(s: Float64Array, b: number, seen: number, move: number): boolean {
  const plus = Math.max(move, 0)
  const minus = Math.max(-move, 0)
  s[b + PLUS] = s[b + PLUS]! + (seen > WILDER ? plus - s[b + PLUS]! / WILDER : plus)
  s[b + MINUS] = s[b + MINUS]! + (seen > WILDER ? minus - s[b + MINUS]! / WILDER : minus)
  if (seen < WILDER) return false
  const both = s[b + PLUS]! + s[b + MINUS]!
  const index = both > 0 ? (100 * Math.abs(s[b + PLUS]! - s[b + MINUS]!)) / both : 0
  if (seen >= 2 * WILDER) s[b + TREND] = ((WILDER - 1) * s[b + TREND]! + index) / WILDER
  else s[b + TREND] = (s[b + TREND]! + index) / (seen === 2 * WILDER - 1 ? WILDER : 1)
  return seen >= 2 * WILDER - 1
}
