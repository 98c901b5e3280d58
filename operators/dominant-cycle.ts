/**
 * The length of the cycle that prices are in, by the turning of their phase from one input to the next.
 *
 * Source: Ehlers 2001, Rocket Science for Traders, ch. 7 (homodyne discriminator). The first six prices are not
 * filtered: the filters begin at 0.
 */
export interface DominantCycle {
  seen: number
  /** The newest first. */
  readonly prices: Float64Array
  readonly smooth: Float64Array
  readonly detrended: Float64Array
  readonly quadratures: Float64Array
  readonly inPhases: Float64Array
  /** Of the phasor, averaged. */
  real: number
  imaginary: number
  /** Of its product with the one before, averaged. */
  cosine: number
  sine: number
  /** Inputs: 6 to 50, but for the first ones. */
  period: number
}

/** Inputs before the first that is filtered. */
export const UNFILTERED = 6

export const dominantCycle = (): DominantCycle => ({
  seen: 0,
  prices: new Float64Array(4),
  smooth: new Float64Array(7),
  detrended: new Float64Array(7),
  quadratures: new Float64Array(7),
  inPhases: new Float64Array(7),
  real: 0,
  imaginary: 0,
  cosine: 0,
  sine: 0,
  period: 0,
})

/** Takes one price in. True once it is filtered, from the seventh on. */
export const slideCycle = (cycle: DominantCycle, price: number): boolean => {
  const { prices, smooth, detrended, quadratures, inPhases } = cycle
  push(prices, price)
  if (cycle.seen < UNFILTERED) {
    cycle.seen += 1
    return false
  }
  const gain = 0.075 * cycle.period + 0.54
  push(smooth, weightedOfFour(prices))
  push(detrended, gain * hilbert(smooth))
  push(quadratures, gain * hilbert(detrended))
  push(inPhases, detrended[3]!)
  const real = average(inPhases[0]! - gain * hilbert(quadratures), cycle.real)
  const imaginary = average(quadratures[0]! + gain * hilbert(inPhases), cycle.imaginary)
  cycle.cosine = average(real * cycle.real + imaginary * cycle.imaginary, cycle.cosine)
  cycle.sine = average(real * cycle.imaginary - imaginary * cycle.real, cycle.sine)
  cycle.real = real
  cycle.imaginary = imaginary
  cycle.period = average(periodOf(cycle), cycle.period)
  return true
}

/** Degrees: -90 to 90. */
export const phaseOf = ({ quadratures, inPhases }: DominantCycle): number =>
  inPhases[0] === 0 ? 0 : (Math.atan(quadratures[0]! / inPhases[0]!) * 180) / Math.PI

/** The newest of four numbers with weight 4, the oldest with weight 1; exact where all are the same. */
export const weightedOfFour = (values: Float64Array): number => {
  const newest = values[0]!
  return newest + (3 * (values[1]! - newest) + 2 * (values[2]! - newest) + (values[3]! - newest)) / 10
}

/** Takes one number in, at the front. (For so few numbers a loop is faster than a copy.) */
export const push = (values: Float64Array, x: number): void => {
  for (let i = values.length - 1; i > 0; i--) values[i] = values[i - 1]!
  values[0] = x
}

/** Turns by a quarter of a cycle. */
const hilbert = (values: Float64Array): number =>
  0.0962 * (values[0]! - values[6]!) + 0.5769 * (values[2]! - values[4]!)

const average = (x: number, before: number): number => 0.2 * x + 0.8 * before

/** By the last turn of the phase, near the period before, and within 6 to 50. */
const periodOf = ({ sine, cosine, period: before }: DominantCycle): number => {
  const measured = sine !== 0 && cosine !== 0 ? (2 * Math.PI) / Math.atan(sine / cosine) : 0
  const near = Math.max(Math.min(measured, 1.5 * before), 0.67 * before)
  return Math.max(6, Math.min(near, 50))
}
