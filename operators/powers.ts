import { exchange, type Ring, ring } from './ring.ts'

/** Of some numbers: sums of the powers of their distances to their mean. */
export interface Part {
  /** A number among them; `mean` is the distance from it, so that it keeps its digits. */
  base: number
  count: number
  mean: number
  second: number
  third: number
  fourth: number
}

/**
 * Central moments of the last n numbers, in amortised constant time and without subtracting what leaves: no digits are
 * lost to a large offset, and a bad tick is gone when it has left.
 *
 * Numbers come in blocks of n. A window is a tail of the block before and the grown part of this one: tails are built
 * when a block is full, and the two are merged at each number.
 *
 * Source: Pebay 2008, Sandia Report SAND2008-6212, for the merging.
 */
export interface Powers extends Ring {
  /** Of the block before, by where they begin. */
  readonly tails: Part[]
  readonly grown: Part
  /** Of the window; right when `slidePowers` says so. */
  readonly window: Part
  last: number
  /** How many equal numbers came last. */
  run: number
}

export const powers = (length: number): Powers => ({
  ...ring(length),
  tails: Array.from({ length }, nothing),
  grown: nothing(),
  window: nothing(),
  last: Number.NaN,
  run: 0,
})

/** Takes one number in and the oldest out. True when the window is full and not all of it is equal. */
export const slidePowers = (powers: Powers, x: number): boolean => {
  const { tails, grown, window, values } = powers
  powers.run = x === powers.last ? powers.run + 1 : 1
  powers.last = x
  exchange(powers, x)
  add(grown, x)
  if (powers.head === 0) {
    copy(grown, window)
    copy(empty, grown)
    let shorter = empty
    for (let at = values.length - 1; at > 0; at--) {
      const tail = tails[at]!
      copy(shorter, tail)
      add(tail, values[at]!)
      shorter = tail
    }
  } else merge(window, tails[powers.head]!, grown)
  return window.count === values.length && powers.run < values.length
}

const empty: Part = { base: 0, count: 0, mean: 0, second: 0, third: 0, fourth: 0 }

const nothing = (): Part => ({ ...empty })

const copy = (from: Part, to: Part): void => {
  to.base = from.base
  to.count = from.count
  to.mean = from.mean
  to.second = from.second
  to.third = from.third
  to.fourth = from.fourth
}

const add = (part: Part, x: number): void => {
  if (part.count === 0) part.base = x
  merge(part, part, { base: x, count: 1, mean: 0, second: 0, third: 0, fourth: 0 })
}

/** Puts the moments of a and b together into `sum`, which may be one of them. */
const merge = (sum: Part, a: Part, b: Part): void => {
  const n = a.count + b.count
  const d = b.base - a.base + b.mean - a.mean
  const p = a.count / n
  const q = b.count / n
  const fourth =
    a.fourth +
    b.fourth +
    d *
      (d * d * d * n * p * q * (p * p - p * q + q * q) +
        6 * d * (p * p * b.second + q * q * a.second) +
        4 * (p * b.third - q * a.third))
  const third = a.third + b.third + d * (d * d * n * p * q * (p - q) + 3 * (p * b.second - q * a.second))
  sum.second = a.second + b.second + d * d * n * p * q
  sum.third = third
  sum.fourth = fourth
  sum.mean = a.mean + d * q
  sum.base = a.base
  sum.count = n
}
