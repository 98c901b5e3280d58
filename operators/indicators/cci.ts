import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { deviation, type Moments, moments, slide } from '../../engine/flow/moments.ts'
import { checkLengths } from '../lengths.ts'
import type { HighLowClose } from './adx.ts'

export interface CciOptions {
  /** Window, in bars. Integer, at least 2. 20 is the usual. */
  readonly length: number
}

/**
 * Commodity channel index: how far the typical price is from its mean, in units in which most values are within -100 to
 * 100.
 *
 * In      { high, low, close }, price, any unit
 * Out     number, 1.5 % of the mean absolute deviation of the window
 * Emits   one per bar from bar `length` on; none while the window is flat (all typical prices equal)
 * State   `length` numbers per key; a step takes `length` additions: with the mean, the distances to it change
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  Lambert 1980, Commodities 9(10): (typical - mean) / (0.015 * mean absolute deviation)
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(cciStep({ length: 3 }), [1, 2, 3, 3, 3].map(bar)) // => [100, 50.000000]
 */
export const cci = (options: CciOptions): Lifted<HighLowClose, number> => lift(cciStep(options))

/** The pure step behind {@link cci}. */
export const cciStep = ({ length }: CciOptions): Kernel<Moments, HighLowClose, number> => {
  checkLengths('cci', { length }, 2)
  return {
    name: `cci(${length})`,
    warmup: length,
    init: () => moments(length),
    step(state, { high, low, close }) {
      // Three times the typical price: the scale cancels, and no digit is lost to a division.
      const price = high + low + close
      // NaN until the window is full, 0 when it is flat.
      if (!(slide(state, price, length) > 0)) return Number.NaN
      const above = deviation(state, price, length)
      let total = 0
      for (const other of state.ring) total += Math.abs(other - price + above)
      return above / ((0.015 * total) / length)
    },
  }
}
