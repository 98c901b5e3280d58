/**
 * A window of the last 20 numbers by running sums, laid into a stretch of a Float64Array that is all zeros at first:
 * the arithmetic of the operators, for loops that are written by hand.
 */

// Next slot, shift, sum and sum of squares of what is in the window less the shift, and 20 values.
const SHIFT = 1
const SUM = 2
const SQUARES = 3
const VALUES = 4
export const LENGTH = 20
export const WINDOW_SIZE: number = VALUES + LENGTH

/**
 * How a window is summed: `rebuilt`, as the operators do it (sums of x - shift, made anew each time the ring comes
 * round, and when a bad tick leaves), or `plain`, as the published results were made.
 */
export type Sums = 'rebuilt' | 'plain'

/** Takes x into the window and the oldest out of it. */
export function slide(s: Float64Array, w: number, x: number, rebuilds: boolean): void {
  const slot = s[w]! | 0
  const oldest = s[w + VALUES + slot]! - s[w + SHIFT]!
  const newest = x - s[w + SHIFT]!
  s[w + VALUES + slot] = x
  s[w + SUM] = s[w + SUM]! + newest - oldest
  s[w + SQUARES] = s[w + SQUARES]! + newest * newest - oldest * oldest
  s[w] = slot === LENGTH - 1 ? 0 : slot + 1
  if (rebuilds && (slot === LENGTH - 1 || oldest * oldest > FAR * s[w + SQUARES]!)) rebuild(s, w, x)
}

/** So much more than all that stay, one that leaves has taken their digits with it. */
const FAR = 1e6

function rebuild(s: Float64Array, w: number, shift: number): void {
  let sum = 0
  let squares = 0
  for (let i = 0; i < LENGTH; i++) {
    const d = s[w + VALUES + i]! - shift
    sum += d
    squares += d * d
  }
  s[w + SHIFT] = shift
  s[w + SUM] = sum
  s[w + SQUARES] = squares
}

/** Sample deviation of a full window. */
export function deviation(s: Float64Array, w: number): number {
  const sum = s[w + SUM]!
  return Math.sqrt((s[w + SQUARES]! - (sum * sum) / LENGTH) / (LENGTH - 1))
}

/** How far the newest number is from the mean of a full window. */
export const distance = (s: Float64Array, w: number, x: number): number => x - s[w + SHIFT]! - s[w + SUM]! / LENGTH

/** Mean of a full window. */
export const mean = (s: Float64Array, w: number): number => s[w + SHIFT]! + s[w + SUM]! / LENGTH
