import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Cadence, isDue, slopeThrough } from '../log-log.ts'
import { logRatio } from '../log-ratio.ts'
import { exchange, type Ring, ring, unroll } from '../ring.ts'

export interface HurstOptions {
  /** Window, in log returns. Integer, at least 20. 100 is the usual, and short. */
  readonly length: number
  /** Inputs from one value to the next. Integer, at least 1: 1 if not given. */
  readonly every?: number
  /** Which returns: log ones if not given; 'simple' is what other libraries take. */
  readonly returns?: 'log' | 'simple'
}

/** The exponent as it is measured, and corrected for the length of the pieces. */
export interface Hurst {
  /** Above 0.5 on a random walk too: 0.56 in the mean at 100 returns. */
  readonly raw: number
  /** 0.5 on a random walk, in the mean. */
  readonly corrected: number
}

/**
 * Hurst exponent of the log returns in a window, by rescaled range: above 0.5 where moves go on, below where they turn
 * back.
 *
 * The window is cut into 1, 2, 4, ... 32 pieces of 8 returns or more. The range of the summed returns of a piece, about
 * their mean, over their standard deviation (n) grows with the length of the pieces to the power of the exponent. One
 * value says little: on a random walk it varies by about 0.1 at 100 returns, and neighbouring values share their data.
 *
 * In      number, price in quote currency; positive, as the door admits them
 * Out     Hurst: two numbers without unit; the record is reused
 * Emits   from input number `length + 1` on, one per `every` inputs; none while a piece is flat
 * State   `length` numbers per key; a value takes time with `length`, an input between two values does not
 * Late    not seen: works by order; a gap gives one return over the gap
 * Fails   Defect ASSERT when length is not an integer of at least 20, or every not one of at least 1
 * Source  Hurst 1951, Transactions of the ASCE 116; Anis and Lloyd 1976, Biometrika 63(1): what R/S is for noise is
 *         taken off, sqrt(pi n / 2) is put on. Pieces as Stock Indicators for .NET cuts them: what does not fill a
 *         piece is left out at the old end, and its exponent is `raw` of simple returns. Beyond 340 returns others take
 *         an approximation of the expectation, we do not
 *
 * @example
 * const wave = Array.from({ length: 22 }, (_, i) => 2 + Math.sin(i))
 * run(hurstStep({ length: 20 }), wave).map(({ raw }) => raw) // => [0.106335, -0.383624]
 */
export const hurst = (options: HurstOptions): Lifted<number, Hurst> => lift(hurstStep(options))

interface HurstState extends Cadence {
  price: number
  readonly returns: Ring
  readonly out: { raw: number; corrected: number }
}

/** The pure step behind {@link hurst}. */
export const hurstStep = ({
  length,
  every = 1,
  returns: kind = 'log',
}: HurstOptions): Kernel<HurstState, number, Hurst> => {
  checkLengths('hurst', { length }, 20)
  checkLengths('hurst', { every }, 1)
  const cuts = [1, 2, 4, 8, 16, 32].filter(pieces => length / pieces >= 8)
  const sizes = cuts.map(pieces => Math.floor(length / pieces))
  const logs = Float64Array.from(sizes, Math.log)
  const corrections = sizes.map(size => Math.sqrt((Math.PI * size) / 2) - expectedRange(size))
  const returns = new Float64Array(length)
  const raw = new Float64Array(sizes.length)
  const corrected = new Float64Array(sizes.length)
  return {
    name: `hurst(${[length, ...(every === 1 ? [] : [every]), ...(kind === 'log' ? [] : [kind])].join(', ')})`,
    warmup: length + 1,
    init: () => ({ left: length, price: Number.NaN, returns: ring(length), out: { raw: 0, corrected: 0 } }),
    step(state, price) {
      const before = state.price
      state.price = price
      if (Number.isNaN(before)) return undefined
      exchange(state.returns, kind === 'log' ? logRatio(price, before) : (price - before) / before)
      if (!isDue(state, every)) return undefined
      unroll(state.returns, returns)
      for (const [i, size] of sizes.entries()) {
        const range = rescaledRange(returns, size, cuts[i]!)
        raw[i] = Math.log(range)
        corrected[i] = Math.log(range + corrections[i]!)
      }
      state.out.raw = slopeThrough(logs, raw)
      state.out.corrected = slopeThrough(logs, corrected)
      return Number.isFinite(state.out.raw) ? state.out : undefined
    },
  }
}

/** The mean over the pieces, from the newest number backwards; NaN where one is flat. */
const rescaledRange = (values: Float64Array, size: number, pieces: number): number => {
  let sum = 0
  for (let piece = 1; piece <= pieces; piece++) sum += rangeOf(values, values.length - piece * size, size)
  return sum / pieces
}

const rangeOf = (values: Float64Array, from: number, size: number): number => {
  let mean = 0
  for (let i = from; i < from + size; i++) mean += values[i]! / size
  let [path, high, low, squares] = [0, 0, 0, 0]
  let isFlat = true
  for (let i = from; i < from + size; i++) {
    const distance = values[i]! - mean
    path += distance
    squares += distance * distance
    high = Math.max(high, path)
    low = Math.min(low, path)
    isFlat &&= values[i] === values[from]
  }
  return isFlat ? Number.NaN : (high - low) / Math.sqrt(squares / size)
}

/** Of normal noise: gamma((n - 1) / 2) / (sqrt(pi) gamma(n / 2)) times the sum of sqrt((n - r) / r) over r below n. */
const expectedRange = (size: number): number => {
  // The quotient of gammas grows by (n - 1) / n in steps of two.
  let quotient = size % 2 === 0 ? 1 : 2 / Math.PI
  for (let n = size % 2 === 0 ? 2 : 3; n < size; n += 2) quotient *= (n - 1) / n
  let sum = 0
  for (let r = 1; r < size; r++) sum += Math.sqrt((size - r) / r)
  return quotient * sum
}
