import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Ramp, ramp, slideRamp, slopeOf } from '../ramp.ts'

export interface SlopeOptions {
  /** Window, in inputs. Integer, at least 2. */
  readonly length: number
}

/**
 * How much the least-squares line through the last `length` numbers rises per input.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input per input; 0 on a flat window
 * Emits   one per input from number `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition; TA-Lib LINEARREG_SLOPE
 *
 * @example
 * run(slopeStep({ length: 3 }), [1, 2, 3, 6]) // => [1, 2]
 */
export const slope = (options: SlopeOptions): Lifted<number, number> => lift(slopeStep(options))

/** The pure step behind {@link slope}. */
export const slopeStep = ({ length }: SlopeOptions): Kernel<Ramp, number, number> => {
  checkLengths('slope', { length }, 2)
  return {
    name: `slope(${length})`,
    warmup: length,
    init: () => ramp(length),
    step(state, input) {
      slideRamp(state, input)
      return slopeOf(state)
    },
  }
}
