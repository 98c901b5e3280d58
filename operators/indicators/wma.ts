import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Ramp, ramp, slideRamp, weightedMean } from '../ramp.ts'

export interface WmaOptions {
  /** Window, in inputs. Integer, at least 1. */
  readonly length: number
}

/**
 * Weighted moving average: the newest of the last `length` numbers weighs `length`, the oldest 1.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat window
 * Emits   one per input from number `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  definition; shifted sums rebuilt once a window (see operators/ramp.ts)
 *
 * @example
 * run(wmaStep({ length: 2 }), [1, 4, 7]) // => [3, 6]
 */
export const wma = (options: WmaOptions): Lifted<number, number> => lift(wmaStep(options))

/** The pure step behind {@link wma}. */
export const wmaStep = ({ length }: WmaOptions): Kernel<Ramp, number, number> => {
  checkLengths('wma', { length }, 1)
  return {
    name: `wma(${length})`,
    warmup: length,
    init: () => ramp(length),
    step(state, input) {
      slideRamp(state, input)
      return weightedMean(state)
    },
  }
}
