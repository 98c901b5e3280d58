import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Powers, powers, slidePowers } from '../powers.ts'

export interface SkewnessOptions {
  /** Window, in inputs. Integer, at least 3. 20 is the usual. */
  readonly length: number
}

/**
 * Sample skewness of the last `length` numbers: above 0 when large numbers lie further from the mean than small ones.
 *
 * In      number, any unit; finite; mostly returns
 * Out     number, no unit
 * Emits   one per input from number `length` on; none while the window is flat
 * State   `7 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 3
 * Source  Joanes and Gill 1998, The Statistician 47(1): G1, adjusted for the size of the sample, as in pandas
 *
 * @example
 * run(skewnessStep({ length: 3 }), [1, 2, 3, 7]) // => [0, 1.457863]
 */
export const skewness = (options: SkewnessOptions): Lifted<number, number> => lift(skewnessStep(options))

/** The pure step behind {@link skewness}. */
export const skewnessStep = ({ length }: SkewnessOptions): Kernel<Powers, number, number> => {
  checkLengths('skewness', { length }, 3)
  const scale = (length * Math.sqrt(length - 1)) / (length - 2)
  return {
    name: `skewness(${length})`,
    warmup: length,
    init: () => powers(length),
    step(state, input) {
      if (!slidePowers(state, input)) return Number.NaN
      const { second, third } = state.window
      return (scale * third) / second ** 1.5
    },
  }
}
