import { exchange, type Ring, ring } from './ring.ts'

/** A sum that carries along the digits which its additions lose: ask `totalOf` for it. */
export interface Total {
  total: number
  lost: number
}

export const totalOf = ({ total, lost }: Total): number => total + lost

/**
 * Sum of the last n numbers, where it must be told from 0 exactly: ranges, gains, flows.
 *
 * The lost digits of each addition are carried along (Neumaier 1974, ZAMM 54(1)), and the sum is built anew from the
 * ring each time the ring comes round, that of a short window with each number. A window of equal numbers has the sum
 * n * x exactly. (For mean and variance of prices see engine/flow/moments.ts: it keeps small moves at a large price.)
 */
export interface Sum extends Ring, Total {
  last: number
  /** How many equal numbers came last. */
  run: number
}

export const sum = (length: number): Sum => ({
  ...ring(length),
  total: Number.NaN,
  lost: 0,
  last: Number.NaN,
  run: 0,
})

/** Takes one number in and the oldest out. NaN until the window is full. */
export const slideSum = (sum: Sum, x: number): number => {
  const oldest = exchange(sum, x)
  return sum.values.length <= SHORT ? sumOf(sum.values) : slide(sum, x, oldest)
}

/** A window as short as this is summed anew each time, which is sooner done. */
const SHORT = 4

const sumOf = (values: readonly number[]): number => {
  let total = 0
  let lost = 0
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!
    const sum = total + x
    const added = sum - total
    lost += total - (sum - added) + (x - added)
    total = sum
  }
  return total + lost
}

const slide = (sum: Sum, x: number, oldest: number): number => {
  sum.run = Number(x === sum.last) * sum.run + 1
  sum.last = x
  if (sum.head === 0) rebuild(sum)
  else {
    addTo(sum, x)
    addTo(sum, -oldest)
  }
  return sum.run >= sum.values.length ? x * sum.values.length : totalOf(sum)
}

/** For a sum over all that has come. */
export const addTo = (sum: Total, x: number): void => {
  const { total } = sum
  sum.total = total + x
  const added = sum.total - total
  sum.lost += total - (sum.total - added) + (x - added)
}

const rebuild = (sum: Sum): void => {
  sum.total = 0
  sum.lost = 0
  for (const x of sum.values) addTo(sum, x)
}
