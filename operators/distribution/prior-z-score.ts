import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { deviation, type Moments, moments, slide } from '../../engine/flow/moments.ts'
import { checkLengths } from '../lengths.ts'

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
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition
 *
 * @example
 * run(priorZScoreStep({ length: 3 }), [1, 2, 3, 5]) // => [3]
 */
export const priorZScore = (options: PriorZScoreOptions): Lifted<number, number> => lift(priorZScoreStep(options))

interface PriorZScoreState {
  /** Of the window that the next input is held against. */
  variance: number
  readonly moments: Moments
}

/** The pure step behind {@link priorZScore}. */
export const priorZScoreStep = ({ length }: PriorZScoreOptions): Kernel<PriorZScoreState, number, number> => {
  checkLengths('priorZScore', { length }, 2)
  return {
    name: `priorZScore(${length})`,
    warmup: length + 1,
    init: () => ({ variance: Number.NaN, moments: moments(length) }),
    step(state, input) {
      const { moments, variance } = state
      const distance = deviation(moments, input, length)
      state.variance = slide(moments, input, length)
      return variance > 0 ? distance / Math.sqrt(variance) : Number.NaN
    },
  }
}
