import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { FORGOTTEN, type Mean, noMean, slideMean } from '../mean.ts'
import { exchange, type Ring, ring } from '../ring.ts'
import { trueRangeOf } from '../true-range.ts'
import type { AdxOptions, HighLowClose } from './adx.ts'

/** Wilder's directional movement, 0..100. */
export interface Directional {
  /** +DI: the share of the true ranges that were moves up. */
  readonly plus: number
  /** -DI: the share that were moves down. */
  readonly minus: number
  /** DX: how far the two are apart, as a share of both. */
  readonly dx: number
  /** The mean of DX, as `adx` gives it. */
  readonly adx: number
  /** ADXR: halfway between the ADX and the one `length` bars ago. */
  readonly adxr: number
}

/**
 * Directional movement, all of it: which way prices move, how strongly, and how strongly they did before. For the ADX
 * alone, which comes `length` bars earlier, take `adx`.
 *
 * In      { high, low, close }, price, any unit
 * Out     Directional, 0..100; all 0 on a market that does not move; the record is reused
 * Emits   one per bar from bar `3 * length` on
 * State   `length` numbers per key, and sixteen
 * Late    not seen: works by order; a gap is one large range
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  Wilder 1978, New Concepts in Technical Trading Systems, ch. 4; each mean begins at the plain mean of its
 *         first inputs, then moves by 1 / length. TA-Lib takes the ADX of `length - 1` bars ago for ADXR
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(directionalStep({ length: 2 }), [1, 2, 3, 4, 5, 4].map(bar))
 * // => [{ plus: 25, minus: 25, dx: 0, adx: 50, adxr: 75 }]
 */
export const directional = (options: AdxOptions): Lifted<HighLowClose, Directional> => lift(directionalStep(options))

interface DirectionalState {
  high: number
  low: number
  close: number
  readonly plus: Mean
  readonly minus: Mean
  readonly range: Mean
  readonly adx: Mean
  readonly before: Ring
  readonly out: { -readonly [name in keyof Directional]: Directional[name] }
}

/** The pure step behind {@link directional}. */
export const directionalStep = ({ length }: AdxOptions): Kernel<DirectionalState, HighLowClose, Directional> => {
  checkLengths('directional', { length }, 2)
  const weight = 1 / length
  return {
    name: `directional(${length})`,
    warmup: 3 * length,
    settle: 3 * length + 2 * inputsToForget(weight),
    init: () => ({
      high: Number.NaN,
      low: Number.NaN,
      close: Number.NaN,
      plus: noMean(),
      minus: noMean(),
      range: noMean(),
      adx: noMean(),
      before: ring(length),
      out: { plus: 0, minus: 0, dx: 0, adx: 0, adxr: 0 },
    }),
    step(state, bar) {
      if (!slideMoves(state, bar, length, weight)) return undefined
      const { out } = state
      const range = state.range.mean
      out.plus = range >= FORGOTTEN ? 100 * (state.plus.mean / range) : 0
      out.minus = range >= FORGOTTEN ? 100 * (state.minus.mean / range) : 0
      const both = out.plus + out.minus
      out.dx = both > 0 ? 100 * (Math.abs(out.plus - out.minus) / both) : 0
      if (!slideMean(state.adx, out.dx, length, weight)) return undefined
      out.adx = state.adx.mean
      out.adxr = (out.adx + exchange(state.before, out.adx)) / 2
      return Number.isNaN(out.adxr) ? undefined : out
    },
  }
}

/** Takes the moves since the bar before into their means. True once `length` of them are in. */
const slideMoves = (
  state: DirectionalState,
  { high, low, close }: HighLowClose,
  length: number,
  weight: number,
): boolean => {
  const up = high - state.high
  const down = state.low - low
  const range = trueRangeOf(high, low, state.close)
  state.high = high
  state.low = low
  state.close = close
  if (Number.isNaN(range)) return false
  slideMean(state.plus, up > down && up > 0 ? up : 0, length, weight)
  slideMean(state.minus, down > up && down > 0 ? down : 0, length, weight)
  return slideMean(state.range, range, length, weight)
}
