import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type Channel, channel, slideChannel } from '../channel.ts'
import { inputsToForget } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface FramaOptions {
  /** Window of the dimension, in bars. Even integer, at least 2. 16 is the usual. */
  readonly length: number
}

/**
 * Fractal adaptive moving average: fast where prices go straight, slow where they fill the plane.
 *
 * In      a bar's { high, low }, prices in quote currency
 * Out     number, quote currency; the price itself on a flat market
 * Emits   one per bar from bar `length` on; the first is the middle of that bar
 * State   at most `5 * length` numbers per key; amortised constant time
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when length is not an even integer of at least 2
 * Source  Ehlers 2005, Fractal Adaptive Moving Average: with N the range of a window over its length, the dimension is
 *         log2 of (N of the older half + N of the newer half) / N of the whole, the weight e^(-4.6 (dimension - 1)),
 *         within 0.01 to 1. A flat window is a straight line: dimension 1
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1 })
 * run(framaStep({ length: 2 }), [5, 6, 5.5].map(bar)) // => [6, 5.977902]
 */
export const frama = (options: FramaOptions): Lifted<Pick<Bar, 'high' | 'low'>, number> => lift(framaStep(options))

interface FramaState {
  mean: number
  readonly newer: Channel
  readonly older: Channel
  readonly highs: Ring
  readonly lows: Ring
}

const LEAST_WEIGHT = 0.01

/** The pure step behind {@link frama}. */
export const framaStep = ({ length }: FramaOptions): Kernel<FramaState, Pick<Bar, 'high' | 'low'>, number> => {
  assert(length >= 2 && length % 2 === 0, `frama: length is an even integer of at least 2, found ${length}`)
  const half = length / 2
  return {
    name: `frama(${length})`,
    warmup: length,
    settle: length + inputsToForget(LEAST_WEIGHT),
    init: () => ({
      mean: Number.NaN,
      newer: channel(half),
      older: channel(half),
      highs: ring(half),
      lows: ring(half),
    }),
    step(state, { high, low }) {
      const { newer, older } = state
      slideChannel(newer, high, low)
      const highBefore = exchange(state.highs, high)
      const lowBefore = exchange(state.lows, low)
      if (Number.isNaN(highBefore)) return Number.NaN
      if (!slideChannel(older, highBefore, lowBefore)) return Number.NaN
      const price = (high + low) / 2
      state.mean = Number.isNaN(state.mean) ? price : state.mean + weightOf(older, newer) * (price - state.mean)
      return state.mean
    },
  }
}

const weightOf = (older: Channel, newer: Channel): number => {
  const whole = Math.max(older.top, newer.top) - Math.min(older.bottom, newer.bottom)
  if (!(whole > 0)) return 1
  // The halves are half as long, so that their ranges count twice.
  const dimension = Math.log2((2 * (older.top - older.bottom + newer.top - newer.bottom)) / whole)
  return Math.max(LEAST_WEIGHT, Math.min(Math.exp(-4.6 * (dimension - 1)), 1))
}
