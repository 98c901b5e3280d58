import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { aboveLine, type Pair, type Pairs, pairs, slidePairs, slopeOver } from '../pairs.ts'

export interface HedgeRatioOptions {
  /** Window, in inputs. Integer, at least 2. */
  readonly length: number
}

/** The line price = slope * other + intercept. */
export interface HedgeRatio {
  /** Units of the other to hold against one of the instrument. */
  readonly slope: number
  /** Quote currency. */
  readonly intercept: number
}

/**
 * How much of the other offsets one unit of the instrument: the line of one price over the other that fits the last
 * `length` inputs best.
 *
 * Least squares take the other for exact: with the two exchanged the ratio is not the inverse one, but smaller.
 *
 * In      Pair: { price, other }, quote currency
 * Out     HedgeRatio: slope and intercept; the record is reused
 * Emits   one per input from number `length` on; none while the other is flat
 * State   `10 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  ordinary least squares; Engle and Granger 1987, Econometrica 55(2), step 1
 *
 * @example
 * const pair = (price: number, other: number) => ({ price, other })
 * run(hedgeRatioStep({ length: 3 }), [pair(3, 1), pair(5, 2), pair(7, 3)]) // => [{ slope: 2, intercept: 1 }]
 */
export const hedgeRatio = (options: HedgeRatioOptions): Lifted<Pair, HedgeRatio> => lift(hedgeRatioStep(options))

interface HedgeRatioState {
  readonly pairs: Pairs
  readonly out: { slope: number; intercept: number }
}

/** The pure step behind {@link hedgeRatio}. */
export const hedgeRatioStep = ({ length }: HedgeRatioOptions): Kernel<HedgeRatioState, Pair, HedgeRatio> => {
  checkLengths('hedgeRatio', { length }, 2)
  return {
    name: `hedgeRatio(${length})`,
    warmup: length,
    init: () => ({ pairs: pairs(length), out: { slope: 0, intercept: 0 } }),
    step({ pairs, out }, { price, other }) {
      if (!slidePairs(pairs, other, price) || !(pairs.window.xx > 0)) return undefined
      out.slope = slopeOver(pairs)
      // What stands on the line at 0 of the other.
      out.intercept = price - out.slope * other - aboveLine(pairs, out.slope, other, price)
      return out
    },
  }
}
