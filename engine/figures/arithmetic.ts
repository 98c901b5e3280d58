export type Numbers = ArrayLike<number> & Iterable<number>

/** A sum that carries along the digits which its additions lose. Source: Neumaier 1974, ZAMM 54(1). */
export const sumOf = (values: Numbers, of: (x: number) => number = itself): number => {
  let [total, lost] = [0, 0]
  for (let i = 0; i < values.length; i += 1) {
    const x = of(values[i]!)
    const next = total + x
    lost += Math.abs(total) >= Math.abs(x) ? total - next + x : x - next + total
    total = next
  }
  return total + lost
}

const itself = (x: number): number => x

/** NaN of none. */
export const meanOf = (values: Numbers): number => {
  // What the division has rounded is put back: equal numbers have their own value as mean, to the last digit.
  const mean = sumOf(values) / values.length
  return mean + sumOf(values, x => x - mean) / values.length
}

/** Sum of (x - center)^power. */
export const powerSum = (values: Numbers, power: number, center: number = meanOf(values)): number =>
  sumOf(values, x => (x - center) ** power)

/** Of a sample: n - 1. NaN of fewer than two. */
export const varianceOf = (values: Numbers): number =>
  values.length < 2 ? Number.NaN : powerSum(values, 2) / (values.length - 1)

export const deviationOf = (values: Numbers): number => Math.sqrt(varianceOf(values))

/**
 * The deviation of daily returns. A return is known to some units of 2^-52, as it comes of a division: what deviates
 * less than that has grown steadily, and has no deviation.
 */
export const spreadOf = (returns: Numbers): number => {
  const deviation = deviationOf(returns)
  return deviation < 2 ** -50 ? 0 : deviation
}

export const sorted = (values: Iterable<number>): Float64Array => Float64Array.from(values).sort()

/**
 * A straight line between neighbours; NaN of none. Source: Hyndman and Fan 1996, The American Statistician 50(4), type
 * 7.
 */
export const quantileOf = (ordered: Numbers, share: number): number => {
  const place = share * (ordered.length - 1)
  const below = Math.floor(place)
  const low = ordered[below] ?? Number.NaN
  const high = ordered[Math.min(below + 1, ordered.length - 1)] ?? Number.NaN
  return low + (place - below) * (high - low)
}

/** The standard normal distribution, to 1e-15. Source: Marsaglia 2004, Journal of Statistical Software 11(4). */
export const normalCdf = (x: number): number => {
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0
  let [sum, before, term, power] = [x, 0, x, 1]
  while (sum !== before) {
    before = sum
    power += 2
    term *= (x * x) / power
    sum += term
  }
  return 0.5 + sum * density(x)
}

/** The number below which a share of the standard normal distribution lies; by Newton, from the middle outwards. */
export const normalQuantile = (share: number): number => {
  if (share < 0.5) return -normalQuantile(1 - share)
  let x = 0
  for (let step = 1; step > 1e-15; x += step) step = (share - normalCdf(x)) / density(x)
  return x
}

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
