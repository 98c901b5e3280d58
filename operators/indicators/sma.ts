import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Moments, mean, moments, slide } from '../../engine/flow/moments.ts'

export interface SmaOptions {
  /** Window, in inputs. Integer, at least 1. */
  readonly length: number
}

/**
 * Simple moving average: the mean of the last `length` numbers.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat window
 * Emits   one per input from number `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  definition; shifted sums rebuilt once a window (see engine/flow/moments.ts)
 *
 * @example
 * run(smaStep({ length: 2 }), [1, 2, 3, 4]) // => [1.5, 2.5, 3.5]
 */
export const sma = (options: SmaOptions): Lifted<number, number> => lift(smaStep(options))

/** The pure step behind {@link sma}. */
export const smaStep = ({ length }: SmaOptions): Kernel<Moments, number, number> => {
  assert(Number.isInteger(length) && length >= 1, `sma: length is an integer of at least 1, found ${length}`)
  return {
    name: `sma(${length})`,
    warmup: length,
    init: () => moments(length),
    step: (state, input) => (slide(state, input, length) >= 0 ? mean(state, length) : Number.NaN),
  }
}
