import { exchange, type Ring, ring } from './ring.ts'

/**
 * Sum and weighted sum of the last n numbers, the newest with weight n and the oldest with weight 1: what weighted
 * means and straight lines are made of.
 *
 * Both are kept of `x - shift` with `shift` a number of the window, and built anew each time the ring comes round, and
 * when a bad tick leaves, so that small moves at a large price keep their digits. The shift is the newest number then,
 * which stays until the next time.
 */
export interface Ramp extends Ring {
  shift: number
  sum: number
  weighted: number
  last: number
  /** How many equal numbers came last. */
  run: number
}

export const ramp = (length: number): Ramp => ({
  ...ring(length),
  shift: Number.NaN,
  sum: Number.NaN,
  weighted: Number.NaN,
  last: Number.NaN,
  run: 0,
})

/** Takes one number in and the oldest out. Both sums are NaN until the window is full. */
export const slideRamp = (ramp: Ramp, x: number): void => {
  const { length } = ramp.values
  ramp.run = x === ramp.last ? ramp.run + 1 : 1
  ramp.last = x
  const oldest = exchange(ramp, x)
  if (ramp.head === 0 || ramp.run === length) rebuild(ramp)
  else {
    const out = oldest - ramp.shift
    ramp.weighted += length * (x - ramp.shift) - ramp.sum
    ramp.sum += x - ramp.shift - out
    if (Math.abs(out) > FAR * Math.abs(ramp.sum)) rebuild(ramp)
  }
}

/** So much more than all that stay, one that leaves has taken their digits with it. */
const FAR = 1e3

/** Weighted mean of a full window. */
export const weightedMean = ({ shift, weighted, values: { length } }: Ramp): number =>
  shift + (2 * weighted) / (length * (length + 1))

/** How much the least-squares line through a full window of at least 2 rises from one number to the next. */
export const slopeOf = ({ sum, weighted, values: { length } }: Ramp): number =>
  (6 * (2 * weighted - (length + 1) * sum)) / (length * (length * length - 1))

/** Where the least-squares line through a full window of at least 2 ends. */
export const lineEnd = (ramp: Ramp): number => {
  const { length } = ramp.values
  return ramp.shift + ramp.sum / length + (slopeOf(ramp) * (length - 1)) / 2
}

const rebuild = (ramp: Ramp): void => {
  const { values, head, last: shift } = ramp
  const { length } = values
  let sum = 0
  let weighted = 0
  for (let age = 0; age < length; age++) {
    const d = values[(head + age) % length]! - shift
    sum += d
    weighted += (age + 1) * d
  }
  ramp.shift = shift
  ramp.sum = sum
  ramp.weighted = weighted
}
