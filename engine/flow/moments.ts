/**
 * Sum and sum of squares of the last n numbers, for rolling mean and variance.
 *
 * Sums are kept of `x - shift` with `shift` a value of the window, and built anew from the ring each time the ring comes
 * round: no digits are lost to a large offset, one bad tick is forgotten, and whole numbers stay exact. (Measured: sums of
 * x and x*x lose the variance at an offset of 1e9; a sliding Welford update is not exact on whole numbers.)
 */
export interface Moments {
  readonly ring: Float64Array
  head: number
  count: number
  shift: number
  sum: number
  squares: number
  last: number
  /** How many equal values came last: a window of equal values has variance 0 exactly. */
  run: number
}

export const moments = (length: number): Moments => ({
  ring: new Float64Array(length),
  head: 0,
  count: 0,
  shift: Number.NaN,
  sum: Number.NaN,
  squares: Number.NaN,
  last: Number.NaN,
  run: 0,
})

/** Takes one number in and the oldest out; true once the window is full. */
export const push = (m: Moments, x: number): boolean => {
  const { ring } = m
  const length = ring.length
  m.run = x === m.last ? m.run + 1 : 1
  m.last = x
  const oldest = ring[m.head]!
  ring[m.head] = x
  m.head += 1
  if (m.head === length) {
    m.head = 0
    m.count = length
    rebuild(m)
    return true
  }
  if (m.count === length) {
    const into = x - m.shift
    const out = oldest - m.shift
    m.sum = m.sum + into - out
    m.squares = m.squares + into * into - out * out
    return true
  }
  m.count += 1
  return false
}

const rebuild = (m: Moments): void => {
  const { ring } = m
  const shift = ring[0]!
  let sum = 0
  let squares = 0
  for (let i = 0; i < ring.length; i++) {
    const d = ring[i]! - shift
    sum += d
    squares += d * d
  }
  m.shift = shift
  m.sum = sum
  m.squares = squares
}

/** Sample variance (n - 1) of a full window; exactly 0 when all values are equal. */
export const variance = (m: Moments): number => {
  const n = m.ring.length
  if (m.run >= n) return 0
  const v = (m.squares - (m.sum * m.sum) / n) / (n - 1)
  return v > 0 ? v : 0
}

/** How far the latest value is from the mean of a full window. */
export const deviation = (m: Moments): number => m.last - m.shift - m.sum / m.ring.length
