import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { ageOf, type Highest, highestOf, isFull, slideHighest } from '../extremes.ts'
import { checkLengths } from '../lengths.ts'

export interface AroonOptions {
  /** How many bars back the extremes may be. Integer, at least 1. 25 is the usual. */
  readonly length: number
}

/** How fresh the extremes are. */
export interface Aroon {
  /** 100 when this bar has the highest high, 0 when the bar `length` back has it. */
  readonly up: number
  /** The same of the lowest low. */
  readonly down: number
  /** `up - down`. */
  readonly oscillator: number
}

/**
 * Aroon: how long ago the highest high and the lowest low of the window were.
 *
 * In      { high, low }, price, any unit
 * Out     Aroon, percent of `length`; of equal extremes the oldest counts, so on a flat market all are 0; the record is
 *         reused
 * Emits   one per bar from bar `length + 1` on
 * State   at most `4 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Chande 1995, Technical Analysis of Stocks & Commodities 13(9); the oldest of equals as in Skender's Stock
 *         Indicators, where TA-Lib takes the newest
 *
 * @example
 * const bar = (price: number) => ({ high: price + 1, low: price - 1 })
 * run(aroonStep({ length: 2 }), [1, 2, 3, 2].map(bar))
 * // => [{ up: 100, down: 0, oscillator: 100 }, { up: 50, down: 0, oscillator: 50 }]
 */
export const aroon = (options: AroonOptions): Lifted<Pick<Bar, 'high' | 'low'>, Aroon> => lift(aroonStep(options))

interface AroonState {
  readonly highs: Highest
  readonly lows: Highest
  readonly out: { up: number; down: number; oscillator: number }
}

/** The pure step behind {@link aroon}. */
export const aroonStep = ({ length }: AroonOptions): Kernel<AroonState, Pick<Bar, 'high' | 'low'>, Aroon> => {
  checkLengths('aroon', { length }, 1)
  return {
    name: `aroon(${length})`,
    warmup: length + 1,
    init: () => ({
      highs: highestOf(length + 1),
      lows: highestOf(length + 1),
      out: { up: 0, down: 0, oscillator: 0 },
    }),
    step({ highs, lows, out }, { high, low }) {
      slideHighest(highs, high, 'oldest')
      slideHighest(lows, -low, 'oldest')
      if (!isFull(highs)) return undefined
      out.up = 100 * (1 - ageOf(highs) / length)
      out.down = 100 * (1 - ageOf(lows) / length)
      out.oscillator = out.up - out.down
      return out
    },
  }
}
