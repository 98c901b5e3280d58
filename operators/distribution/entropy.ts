import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { countBelow, type Ordered, ordered, slideOrdered } from '../ordered.ts'

export interface EntropyOptions {
  /** Window, in inputs. Integer, at least 2. */
  readonly length: number
  /** Equal parts of the range of the window. Integer, at least 2. */
  readonly bins: number
}

/**
 * How evenly the last `length` numbers spread over their range: 1 when every part has as many, near 0 when nearly all
 * lie in one, as after a jump.
 *
 * In      number, any unit; finite; mostly returns
 * Out     number, 0..1: Shannon's entropy of the histogram over its largest, ln(bins)
 * Emits   one per input from number `length` on; none while the window is flat
 * State   `2 * length` numbers per key; an update takes bins * log(length) steps
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length or bins is not an integer of at least 2
 * Source  Shannon 1948, Bell System Technical Journal 27(3); parts are half open, the last has its end too
 *
 * @example
 * run(entropyStep({ length: 4, bins: 2 }), [1, 2, 3, 4, 9]) // => [1, 0.811278]
 */
export const entropy = (options: EntropyOptions): Lifted<number, number> => lift(entropyStep(options))

/** The pure step behind {@link entropy}. */
export const entropyStep = ({ length, bins }: EntropyOptions): Kernel<Ordered, number, number> => {
  checkLengths('entropy', { length, bins }, 2)
  return {
    name: `entropy(${length}, ${bins})`,
    warmup: length,
    init: () => ordered(length),
    step(state, input) {
      if (!slideOrdered(state, input)) return Number.NaN
      const lowest = state.sorted[0]!
      const range = state.sorted[length - 1]! - lowest
      if (range === 0) return Number.NaN
      let below = 0
      let sum = 0
      for (let bin = 1; bin <= bins; bin++) {
        const upTo = bin < bins ? countBelow(state, lowest + (range * bin) / bins) : length
        const share = (upTo - below) / length
        if (share > 0) sum -= share * Math.log(share)
        below = upTo
      }
      return sum / Math.log(bins)
    },
  }
}
