import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Powers, powers, slidePowers } from '../powers.ts'

export interface PriorZScoreOptions {
  /** Window before the latest input, in inputs. Integer, at least 2. */
  readonly length: number
}

/**
 * How many sample standard deviations the latest number is from the mean of the `length` numbers before it.
 *
 * `zScore` has the latest number in its window, which bounds it by (length - 1) / sqrt(length): 4.25 at 20. This one
 * has no bound, and shows how large a shock was.
 *
 * In      number, any unit; finite
 * Out     number, standard deviations (n - 1) of the window before
 * Emits   one per input from number `length + 1` on; none after a flat window
 * State   `7 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition; a bad tick is gone when it has left the window (see operators/powers.ts)
 *
 * @example
 * run(priorZScoreStep({ length: 3 }), [1, 2, 3, 5]) // => [3]
 */
export const priorZScore = (options: PriorZScoreOptions): Lifted<number, number> => lift(priorZScoreStep(options))

/** The pure step behind {@link priorZScore}. */
export const priorZScoreStep = ({ length }: PriorZScoreOptions): Kernel<Powers, number, number> => {
  checkLengths('priorZScore', { length }, 2)
  return {
    name: `priorZScore(${length})`,
    warmup: length + 1,
    init: () => powers(length),
    step(state, input) {
      const { base, mean, second, count } = state.window
      slidePowers(state, input)
      return count === length && second > 0 ? (input - base - mean) / Math.sqrt(second / (length - 1)) : Number.NaN
    },
  }
}
