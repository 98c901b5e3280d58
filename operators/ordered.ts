import { exchange, type Ring, ring } from './ring.ts'

/**
 * The last n numbers in rising order: for ranks, quantiles and medians. Finding a place takes log n steps; what stands
 * between the place of the old number and that of the new is moved by one, in one copy.
 */
export interface Ordered {
  readonly ring: Ring
  readonly sorted: Float64Array
  size: number
}

export const ordered = (length: number): Ordered => ({
  ring: ring(length),
  sorted: new Float64Array(length),
  size: 0,
})

/** Takes one number in and the oldest out. True once the window is full. */
export const slideOrdered = (window: Ordered, x: number): boolean => {
  const { sorted, size } = window
  const oldest = exchange(window.ring, x)
  const isFull = size === sorted.length
  const from = isFull ? countBelow(window, oldest) : size
  const to = countBelow(window, x)
  if (to > from) {
    // Its own place, which becomes free, stands below.
    sorted.copyWithin(from, from + 1, to)
    sorted[to - 1] = x
  } else {
    sorted.copyWithin(to + 1, to, from)
    sorted[to] = x
  }
  if (!isFull) window.size = size + 1
  return window.size === sorted.length
}

/** How many are less than x. */
export const countBelow = ({ sorted, size }: Ordered, x: number): number => {
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}

/** How many are x or less. */
export const countUpTo = ({ sorted, size }: Ordered, x: number): number => {
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! <= x) low = middle + 1
    else high = middle
  }
  return low
}

/** The share of a full window that is less than x, which is in it; equal numbers count half. */
export const rankOf = (window: Ordered, x: number): number =>
  (countBelow(window, x) + countUpTo(window, x)) / (2 * window.sorted.length)

/** The value below which the share lies, 0 to 1, with a straight line between neighbours. */
export const quantileOf = ({ sorted }: Ordered, share: number): number => {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const value = sorted[below]!
  return place === below ? value : value + (place - below) * (sorted[below + 1]! - value)
}

/** The median of how far the numbers of a full window are from its median. */
export const medianDeviation = (window: Ordered, median: number): number => {
  const { length } = window.sorted
  const half = (length + 1) >> 1
  const deviation = nearestTo(window, median, half)
  return length % 2 === 1 ? deviation : (deviation + nearestTo(window, median, half + 1)) / 2
}

/** How far the number is from the centre that is the `count`-th nearest: the nearest stand side by side in order. */
const nearestTo = ({ sorted }: Ordered, centre: number, count: number): number => {
  let low = 0
  let high = sorted.length - count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (centre - sorted[middle]! > sorted[middle + count]! - centre) low = middle + 1
    else high = middle
  }
  return Math.max(centre - sorted[low]!, sorted[low + count - 1]! - centre)
}
