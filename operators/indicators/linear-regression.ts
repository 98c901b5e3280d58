import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { lineEnd, type Ramp, ramp, slideRamp } from '../ramp.ts'

export interface LinearRegressionOptions {
  /** Window, in inputs. Integer, at least 2. */
  readonly length: number
}

/**
 * Where the least-squares line through the last `length` numbers ends (LSMA, endpoint moving average).
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat window
 * Emits   one per input from number `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition; TA-Lib LINEARREG
 *
 * @example
 * run(linearRegressionStep({ length: 3 }), [1, 2, 3, 6]) // => [3, 5.666667]
 */
export const linearRegression = (options: LinearRegressionOptions): Lifted<number, number> =>
  lift(linearRegressionStep(options))

/** The pure step behind {@link linearRegression}. */
export const linearRegressionStep = ({ length }: LinearRegressionOptions): Kernel<Ramp, number, number> => {
  checkLengths('linearRegression', { length }, 2)
  return {
    name: `linearRegression(${length})`,
    warmup: length,
    init: () => ramp(length),
    step(state, input) {
      slideRamp(state, input)
      return lineEnd(state)
    },
  }
}
