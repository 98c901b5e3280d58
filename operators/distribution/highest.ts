import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Highest, highestOf, slideHighest } from '../extremes.ts'
import { checkLengths } from '../lengths.ts'

export interface HighestOptions {
  /** Window, in inputs. Integer, at least 1. */
  readonly length: number
}

/**
 * The largest of the last `length` numbers, this one among them.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat market
 * Emits   one per input from number `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  definition; van Herk 1992 (see operators/extremes.ts): the length of the window does not slow it
 *
 * @example
 * run(highestStep({ length: 2 }), [3, 5, 4, 1]) // => [5, 5, 4]
 */
export const highest = (options: HighestOptions): Lifted<number, number> => lift(highestStep(options))

/** The pure step behind {@link highest}. */
export const highestStep = ({ length }: HighestOptions): Kernel<Highest, number, number> => {
  checkLengths('highest', { length }, 1)
  return {
    name: `highest(${length})`,
    warmup: length,
    init: () => highestOf(length),
    step(state, input) {
      const highest = slideHighest(state, input)
      return state.isFull ? highest : Number.NaN
    },
  }
}
