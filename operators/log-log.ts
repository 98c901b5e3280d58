/**
 * The slope of the straight line through the points (x, y), by least squares. Exponents are read off such a line where
 * both are logarithms.
 */
export const slopeThrough = (xs: Float64Array, ys: Float64Array): number => {
  const { length } = xs
  let [meanX, meanY] = [0, 0]
  for (let i = 0; i < length; i++) {
    meanX += xs[i]! / length
    meanY += ys[i]! / length
  }
  let [xx, xy] = [0, 0]
  for (let i = 0; i < length; i++) {
    xx += (xs[i]! - meanX) ** 2
    xy += (xs[i]! - meanX) * (ys[i]! - meanY)
  }
  return xy / xx
}

/** True at a number of inputs where a costly value is due: the first time at once, then every so many inputs. */
export const isDue = (cadence: Cadence, every: number): boolean => {
  cadence.left -= 1
  if (cadence.left > 0) return false
  cadence.left = every
  return true
}

/** Inputs until the next value. */
export interface Cadence {
  left: number
}
