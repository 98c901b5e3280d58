import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { deviation, type Moments, moments, slide } from '../../engine/flow/moments.ts'

export interface ZScoreOptions {
  /** Window, in inputs. Integer, at least 2. */
  readonly length: number
}

/**
 * How many sample standard deviations the latest number is from the mean of the window that ends with it.
 *
 * In      number, any unit; finite
 * Out     number, standard deviations (n - 1)
 * Emits   one per input from number `length` on; none while the window is flat (all values equal)
 * State   `length` numbers per key
 * Late    not seen: works by order
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition; shifted sums rebuilt once a window (see engine/flow/moments.ts)
 *
 * @example
 * run(zScoreStep({ length: 3 }), [1, 2, 3, 3, 3, 9]) // => [1, 0.57735, 1.1547]
 */
export const zScore = (options: ZScoreOptions): Lifted<number, number> => lift(zScoreStep(options))

/** The pure step behind {@link zScore}. */
export const zScoreStep = ({ length }: ZScoreOptions): Kernel<Moments, number, number> => {
  assert(Number.isInteger(length) && length >= 2, `zScore: length is an integer of at least 2, found ${length}`)
  return {
    name: `zScore(${length})`,
    warmup: length,
    init: () => moments(length),
    step(state, input) {
      const v = slide(state, input, length)
      return v > 0 ? deviation(state, input, length) / Math.sqrt(v) : Number.NaN
    },
  }
}
