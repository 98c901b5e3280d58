import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface RateOfChangeOptions {
  /** How many inputs back the other number is. Integer, at least 1. 10 or 14 is the usual. */
  readonly lag: number
}

/**
 * Rate of change: how far the number is above the one `lag` inputs ago, in percent of that one. It is `simpleReturn` in
 * the unit of the charts.
 *
 * In      number, price; positive, as the door admits them
 * Out     number, percent; 0 on a flat market
 * Emits   one per input from number `lag + 1` on; none where the number then was 0
 * State   `lag` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when lag is not an integer of at least 1
 * Source  definition; TA-Lib ROC
 *
 * @example
 * run(rateOfChangeStep({ lag: 2 }), [4, 5, 6, 5]) // => [50, 0]
 */
export const rateOfChange = (options: RateOfChangeOptions): Lifted<number, number> => lift(rateOfChangeStep(options))

/** The pure step behind {@link rateOfChange}. */
export const rateOfChangeStep = ({ lag }: RateOfChangeOptions): Kernel<Ring, number, number> => {
  checkLengths('rateOfChange', { lag }, 1)
  return {
    name: `rateOfChange(${lag})`,
    warmup: lag + 1,
    init: () => ring(lag),
    step: (state, input) => percentChange(input, exchange(state, input)),
  }
}

/** How far x is above the number before, in percent of that; NaN where that is 0. */
export const percentChange = (x: number, before: number): number =>
  before === 0 ? Number.NaN : (100 * (x - before)) / before
