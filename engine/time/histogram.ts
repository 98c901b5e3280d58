/** How many of the values seen were at most each bound, and how many were above all of them. */
export interface Histogram {
  /** Rising. */
  readonly bounds: readonly number[]
  /** One more than there are bounds. */
  readonly counts: Float64Array
  sum: number
}

export const histogram = (bounds: readonly number[]): Histogram => ({
  bounds,
  counts: new Float64Array(bounds.length + 1),
  sum: 0,
})

/**
 * Counts a value in the first bound that holds it.
 *
 * @example
 * const spread = histogram([1, 10])
 * for (const value of [1, 2, 50]) count(spread, value)
 * Array.from(spread.counts) // => [1, 1, 1]
 */
export const count = (histogram: Histogram, value: number): void => {
  const { bounds, counts } = histogram
  let bucket = 0
  while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1
  counts[bucket]! += 1
  histogram.sum += value
}

/** As it is now: it changes no more. */
export const copyOf = ({ bounds, counts, sum }: Histogram): Histogram => ({ bounds, counts: counts.slice(), sum })
