import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type Highest, highestOf, slideHighest } from '../extremes.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface FractalDimensionOptions {
  /** Window, in bars. Even integer, at least 4. 16 is the usual. */
  readonly length: number
}

/**
 * Fractal dimension of Ehlers' FRAMA: how much the ranges of the two halves of a window fill the range of the whole. 1
 * on a straight way, 2 where each half ranges as far as both, and a little outside at times.
 *
 * Other formulas have this name too: see `higuchiDimension`, and 2 - `hurst`. Their values differ.
 *
 * In      a bar's { high, low }, price in any unit
 * Out     number, mostly 1..2
 * Emits   one per bar from bar `length` on; none while a half has no range
 * State   `3 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when length is not an even integer of at least 4
 * Source  Ehlers 2005, Fractal Adaptive Moving Average: (ln(N1 + N2) - ln(N3)) / ln(2), N the range per bar
 *
 * @example
 * const bar = (close: number) => ({ high: close, low: close })
 * run(fractalDimensionStep({ length: 4 }), [1, 2, 3, 4, 3, 4].map(bar)) // => [0.415037, 1, 2]
 */
export const fractalDimension = (options: FractalDimensionOptions): Lifted<Pick<Bar, 'high' | 'low'>, number> =>
  lift(fractalDimensionStep(options))

/** The range of the last bars. */
interface Range {
  readonly high: Highest
  readonly low: Highest
}

interface FractalDimensionState {
  /** Of the newer half: they are the older half's when they leave. */
  readonly highs: Ring
  readonly lows: Ring
  readonly newer: Range
  readonly older: Range
}

/** The pure step behind {@link fractalDimension}. */
export const fractalDimensionStep = ({
  length,
}: FractalDimensionOptions): Kernel<FractalDimensionState, Pick<Bar, 'high' | 'low'>, number> => {
  checkLengths('fractalDimension', { length }, 4)
  assert(length % 2 === 0, `fractalDimension: length is even, found ${length}`)
  const half = length / 2
  const range = (): Range => ({ high: highestOf(half), low: highestOf(half) })
  return {
    name: `fractalDimension(${length})`,
    warmup: length,
    init: () => ({ highs: ring(half), lows: ring(half), newer: range(), older: range() }),
    step({ highs, lows, newer, older }, { high, low }) {
      const newHigh = slideHighest(newer.high, high)
      const newLow = -slideHighest(newer.low, -low)
      const leftHigh = exchange(highs, high)
      const leftLow = exchange(lows, low)
      if (Number.isNaN(leftHigh)) return Number.NaN
      const oldHigh = slideHighest(older.high, leftHigh)
      const oldLow = -slideHighest(older.low, -leftLow)
      const halves = newHigh - newLow + oldHigh - oldLow
      const whole = Math.max(newHigh, oldHigh) - Math.min(newLow, oldLow)
      if (!older.high.isFull || newHigh === newLow || oldHigh === oldLow) return Number.NaN
      // N of a half is its range over half the bars: 2 more than that of the whole, and 2 is what divides.
      return Math.log2(halves / whole) + 1
    },
  }
}
