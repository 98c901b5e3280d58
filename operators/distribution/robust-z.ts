import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { medianDeviation, type Ordered, ordered, quantileOf, slideOrdered } from '../ordered.ts'

export interface RobustZOptions {
  /** Window, in inputs. Integer, at least 3. */
  readonly length: number
}

/**
 * Robust z-score: how far the latest number is from the median of its window, in median absolute deviations scaled to
 * the standard deviation of a normal distribution.
 *
 * Up to half of the window may be bad ticks without much harm; one is enough to blind `zScore`.
 *
 * In      number, any unit; finite
 * Out     number, standard deviations
 * Emits   one per input from number `length` on; none while more than half of the window is equal
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 3
 * Source  Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers: (x - median) / (1.4826 * MAD)
 *
 * @example
 * run(robustZStep({ length: 5 }), [1, 2, 3, 4, 100]) // => [65.425604]
 */
export const robustZ = (options: RobustZOptions): Lifted<number, number> => lift(robustZStep(options))

/** The median absolute deviation of a normal distribution is this part of its standard deviation. */
const SCALE = 1 / 1.4826

/** The pure step behind {@link robustZ}. */
export const robustZStep = ({ length }: RobustZOptions): Kernel<Ordered, number, number> => {
  checkLengths('robustZ', { length }, 3)
  return {
    name: `robustZ(${length})`,
    warmup: length,
    init: () => ordered(length),
    step(state, input) {
      if (!slideOrdered(state, input)) return Number.NaN
      const median = quantileOf(state, 0.5)
      const mad = medianDeviation(state, median)
      return mad > 0 ? (SCALE * (input - median)) / mad : Number.NaN
    },
  }
}
