import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Moments, moments, slide } from '../../engine/flow/moments.ts'

export interface StdevOptions {
  /** Window, in inputs. Integer, at least 2. */
  readonly length: number
}

/**
 * Sample standard deviation (n - 1) of the last `length` numbers. Over log returns it is the realised volatility per
 * input.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; exactly 0 on a flat window
 * Emits   one per input from number `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition; shifted sums rebuilt once a window (see engine/flow/moments.ts)
 *
 * @example
 * run(stdevStep({ length: 3 }), [1, 2, 3, 3, 3]) // => [1, 0.57735, 0]
 */
export const stdev = (options: StdevOptions): Lifted<number, number> => lift(stdevStep(options))

/** The pure step behind {@link stdev}. */
export const stdevStep = ({ length }: StdevOptions): Kernel<Moments, number, number> => {
  assert(Number.isInteger(length) && length >= 2, `stdev: length is an integer of at least 2, found ${length}`)
  return {
    name: `stdev(${length})`,
    warmup: length,
    init: () => moments(length),
    step: (state, input) => Math.sqrt(slide(state, input, length)),
  }
}
