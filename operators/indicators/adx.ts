import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'

export interface AdxOptions {
  /** Averaging length, in bars. Integer, at least 2. 14 is the usual. */
  readonly length: number
}

/** What is read of a bar. */
export interface HighLowClose {
  readonly high: number
  readonly low: number
  readonly close: number
}

/**
 * Average directional index: how strongly prices move in one direction, whichever, 0 to 100.
 *
 * In      { high, low, close }, price, any unit
 * Out     number, 0..100; a flat market adds a directional index of 0
 * Emits   one per bar from bar `2 * length` on
 * State   eight numbers per key
 * Late    not seen: works by order; a gap is one large range
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  Wilder 1978, New Concepts in Technical Trading Systems, ch. 4. The first `length` moves are summed, then each
 *         sum moves by (new - sum / length); the index is the mean of the first `length` directional indexes, then
 *         smoothed. The true range divides both directions alike and cancels.
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(adxStep({ length: 2 }), [1, 2, 3, 4, 3].map(bar)) // => [100, 50]
 */
export const adx = (options: AdxOptions): Lifted<HighLowClose, number> => lift(adxStep(options))

interface AdxState {
  seen: number
  high: number
  low: number
  plus: number
  minus: number
  indexes: number
  index: number
}

/** The pure step behind {@link adx}. */
export const adxStep = ({ length }: AdxOptions): Kernel<AdxState, HighLowClose, number> => {
  assert(Number.isInteger(length) && length >= 2, `adx: length is an integer of at least 2, found ${length}`)
  return {
    name: `adx(${length})`,
    warmup: 2 * length,
    settle: 2 * length + 2 * Math.ceil(37 / -Math.log1p(-1 / length)),
    init: () => ({
      seen: -1,
      high: Number.NaN,
      low: Number.NaN,
      plus: Number.NaN,
      minus: Number.NaN,
      indexes: 0,
      index: Number.NaN,
    }),
    step(state, { high, low }) {
      const up = high - state.high
      const down = state.low - low
      state.high = high
      state.low = low
      const plus = up > down && up > 0 ? up : 0
      const minus = down > up && down > 0 ? down : 0
      if (state.seen < length) {
        if (!seed(state, plus, minus, length)) return Number.NaN
      } else {
        state.plus += plus - state.plus / length
        state.minus += minus - state.minus / length
      }
      const both = state.plus + state.minus
      const index = both > 0 ? (100 * Math.abs(state.plus - state.minus)) / both : 0
      if (state.indexes < length) {
        seedIndex(state, index, length)
        return state.indexes < length ? Number.NaN : state.index
      }
      state.index = (state.index * (length - 1) + index) / length
      return state.index
    },
  }
}

/** Sums the first moves; true once `length` of them are in. */
const seed = (state: AdxState, plus: number, minus: number, length: number): boolean => {
  state.seen += 1
  if (state.seen === 0) return false
  state.plus = (state.seen === 1 ? 0 : state.plus) + plus
  state.minus = (state.seen === 1 ? 0 : state.minus) + minus
  return state.seen === length
}

/** Sums the first directional indexes, and makes a mean of them when `length` are in. */
const seedIndex = (state: AdxState, index: number, length: number): void => {
  state.index = (state.indexes === 0 ? 0 : state.index) + index
  state.indexes += 1
  if (state.indexes === length) state.index /= length
}
