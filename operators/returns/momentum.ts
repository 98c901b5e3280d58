import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface MomentumOptions {
  /** How many inputs back the other number is. Integer, at least 1. 10 is the usual. */
  readonly lag: number
}

/**
 * Change since the number `lag` inputs ago, in units of the input.
 *
 * As an input of a model divide it by a range such as `atr`, or take `simpleReturn`: its unit is that of the price.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; 0 on a flat market
 * Emits   one per input from number `lag + 1` on
 * State   `lag` numbers per key
 * Late    not seen: works by order; a gap gives one change over the gap
 * Fails   Defect ASSERT when lag is not an integer of at least 1
 * Source  definition; TA-Lib MOM
 *
 * @example
 * run(momentumStep({ lag: 2 }), [4, 5, 6, 5]) // => [2, 0]
 */
export const momentum = (options: MomentumOptions): Lifted<number, number> => lift(momentumStep(options))

/** The pure step behind {@link momentum}. */
export const momentumStep = ({ lag }: MomentumOptions): Kernel<Ring, number, number> => {
  checkLengths('momentum', { lag }, 1)
  return {
    name: `momentum(${lag})`,
    warmup: lag + 1,
    init: () => ring(lag),
    step: (state, input) => input - exchange(state, input),
  }
}
