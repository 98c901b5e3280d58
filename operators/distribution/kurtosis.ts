import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Powers, powers, slidePowers } from '../powers.ts'

export interface KurtosisOptions {
  /** Window, in inputs. Integer, at least 4. 20 is the usual. */
  readonly length: number
}

/**
 * Sample excess kurtosis of the last `length` numbers: above 0 when far numbers are more frequent than in a normal
 * distribution.
 *
 * In      number, any unit; finite; mostly returns
 * Out     number, no unit
 * Emits   one per input from number `length` on; none while the window is flat
 * State   `7 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 4
 * Source  Joanes and Gill 1998, The Statistician 47(1): G2, adjusted for the size of the sample, as in pandas
 *
 * @example
 * run(kurtosisStep({ length: 4 }), [1, 2, 3, 4, 9]) // => [-1.2, 2.703924]
 */
export const kurtosis = (options: KurtosisOptions): Lifted<number, number> => lift(kurtosisStep(options))

/** The pure step behind {@link kurtosis}. */
export const kurtosisStep = ({ length }: KurtosisOptions): Kernel<Powers, number, number> => {
  checkLengths('kurtosis', { length }, 4)
  const scale = (length - 1) / ((length - 2) * (length - 3))
  return {
    name: `kurtosis(${length})`,
    warmup: length,
    init: () => powers(length),
    step(state, input) {
      if (!slidePowers(state, input)) return Number.NaN
      const { second, fourth } = state.window
      return scale * ((length * (length + 1) * fourth) / (second * second) - 3 * (length - 1))
    },
  }
}
