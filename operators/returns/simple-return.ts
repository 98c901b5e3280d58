import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface SimpleReturnOptions {
  /** How many inputs back the other price is. Integer, at least 1. */
  readonly lag: number
}

/**
 * Relative change to the number `lag` inputs ago: 0.01 is a rise by one percent.
 *
 * Inputs are counted, not time: over missing bars 60 bars of a minute are more than an hour.
 *
 * In      number, price in quote currency; positive, as the door admits them
 * Out     number, a share; 0 on a flat market
 * Emits   one per input from number `lag + 1` on
 * State   `lag` numbers per key
 * Late    not seen: works by order; a gap gives one return over the gap
 * Fails   Defect ASSERT when lag is not an integer of at least 1
 * Source  definition
 *
 * @example
 * run(simpleReturnStep({ lag: 2 }), [4, 5, 6, 5]) // => [0.5, 0]
 */
export const simpleReturn = (options: SimpleReturnOptions): Lifted<number, number> => lift(simpleReturnStep(options))

/** The pure step behind {@link simpleReturn}. */
export const simpleReturnStep = ({ lag }: SimpleReturnOptions): Kernel<Ring, number, number> => {
  checkLengths('simpleReturn', { lag }, 1)
  return {
    name: `simpleReturn(${lag})`,
    warmup: lag + 1,
    init: () => ring(lag),
    step(state, input) {
      const before = exchange(state, input)
      return before === 0 ? Number.NaN : (input - before) / before
    },
  }
}
