import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Cadence, isDue, slopeThrough } from '../log-log.ts'
import { logRatio } from '../log-ratio.ts'
import { exchange, type Ring, ring, unroll } from '../ring.ts'

export interface DfaOptions {
  /** Window, in log returns. Integer, at least 64. 256 is the usual. */
  readonly length: number
  /** Inputs from one value to the next. Integer, at least 1: 1 if not given. */
  readonly every?: number
}

/**
 * Detrended fluctuation analysis of the log returns in a window: 0.5 for a random walk, above where moves go on, below
 * where they turn back. It measures what `hurst` does, and slow trends inside the window disturb it less.
 *
 * On a random walk it is 0.52 in the mean at 100 returns and varies by 0.15; at 256 it is 0.50 and varies by 0.08.
 *
 * In      number, price in quote currency; positive, as the door admits them
 * Out     number, no unit
 * Emits   from input number `length + 1` on, one per `every` inputs; none while the returns are all equal
 * State   `length` numbers per key; a value takes time with `length`, an input between two values does not
 * Late    not seen: works by order; a gap gives one return over the gap
 * Fails   Defect ASSERT when length is not an integer of at least 64, or every not one of at least 1
 * Source  Peng et al. 1994, Physical Review E 49(2), order 1: boxes of 8, 11, 16, 22, ... up to a quarter of the
 *         window, from the newest return backwards
 *
 * @example
 * const wave = Array.from({ length: 65 }, (_, i) => 2 + Math.sin(i))
 * run(dfaStep({ length: 64 }), wave) // => [0.1]
 */
export const dfa = (options: DfaOptions): Lifted<number, number> => lift(dfaStep(options))

interface DfaState extends Cadence {
  price: number
  readonly returns: Ring
}

/** The pure step behind {@link dfa}. */
export const dfaStep = ({ length, every = 1 }: DfaOptions): Kernel<DfaState, number, number> => {
  checkLengths('dfa', { length }, 64)
  checkLengths('dfa', { every }, 1)
  const sizes = sizesOf(length)
  const logs = Float64Array.from(sizes, Math.log)
  const profile = new Float64Array(length)
  const fluctuations = new Float64Array(sizes.length)
  return {
    name: every === 1 ? `dfa(${length})` : `dfa(${length}, ${every})`,
    warmup: length + 1,
    init: () => ({ left: length, price: Number.NaN, returns: ring(length) }),
    step(state, price) {
      const before = state.price
      state.price = price
      if (Number.isNaN(before)) return Number.NaN
      exchange(state.returns, logRatio(price, before))
      if (!isDue(state, every)) return Number.NaN
      unroll(state.returns, profile)
      if (!sumUp(profile)) return Number.NaN
      for (const [i, size] of sizes.entries()) fluctuations[i] = Math.log(fluctuation(profile, size))
      const slope = slopeThrough(logs, fluctuations)
      return Number.isFinite(slope) ? slope : Number.NaN
    },
  }
}

/** Each is the root of two times the one before. */
const sizesOf = (length: number): number[] => {
  const sizes: number[] = []
  for (let k = 0; 4 * Math.floor(8 * 2 ** (k / 2)) <= length; k++) sizes.push(Math.floor(8 * 2 ** (k / 2)))
  return sizes
}

/** Puts the sums about the mean in place of the values; false where all of these are equal. */
const sumUp = (values: Float64Array): boolean => {
  const [first] = values
  if (values.every(value => value === first)) return false
  let mean = 0
  for (const value of values) mean += value / values.length
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    sum += values[i]! - mean
    values[i] = sum
  }
  return true
}

/** The root of the mean square about a straight line in each box. */
const fluctuation = (profile: Float64Array, size: number): number => {
  const boxes = Math.floor(profile.length / size)
  let squares = 0
  for (let box = 1; box <= boxes; box++) squares += aboutLine(profile, profile.length - box * size, size)
  return Math.sqrt(squares / (boxes * size))
}

const aboutLine = (values: Float64Array, from: number, size: number): number => {
  const middle = (size - 1) / 2
  let mean = 0
  for (let i = 0; i < size; i++) mean += values[from + i]! / size
  let slope = 0
  for (let i = 0; i < size; i++) slope += (i - middle) * (values[from + i]! - mean)
  slope /= (size * (size * size - 1)) / 12
  let squares = 0
  for (let i = 0; i < size; i++) squares += (values[from + i]! - mean - slope * (i - middle)) ** 2
  return squares
}
