import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Ordered, ordered, quantileOf, slideOrdered } from '../ordered.ts'

export interface ValueAtRiskOptions {
  /** Window, in returns. Integer, at least 2. 250 is the usual. */
  readonly length: number
  /** Share of returns that are worse. Above 0 and below 1. 0.05 is the usual. */
  readonly share: number
}

/**
 * Historical value at risk: the loss that a share of the last `length` returns exceeded.
 *
 * It says where the tail begins and not how bad it is: see `expectedShortfall`.
 *
 * In      number, a return, or a gain in any unit; finite
 * Out     number, unit of the input; a loss is above 0, a gain below
 * Emits   one per input from number `length` on
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2, or share not above 0 and below 1
 * Source  Jorion 2006, Value at Risk, ch. 10: historical simulation; the quantile is type 7 of Hyndman and Fan
 *
 * @example
 * run(valueAtRiskStep({ length: 5, share: 0.25 }), [-3, 2, -1, 4, 1]) // => [1]
 */
export const valueAtRisk = (options: ValueAtRiskOptions): Lifted<number, number> => lift(valueAtRiskStep(options))

/** The pure step behind {@link valueAtRisk}. */
export const valueAtRiskStep = ({ length, share }: ValueAtRiskOptions): Kernel<Ordered, number, number> => {
  checkLengths('valueAtRisk', { length }, 2)
  assert(share > 0 && share < 1, `valueAtRisk: share is above 0 and below 1, found ${share}`)
  return {
    name: `valueAtRisk(${length}, ${share})`,
    warmup: length,
    init: () => ordered(length),
    // Without `0 -` the loss of a flat market were -0.
    step: (state, input) => (slideOrdered(state, input) ? 0 - quantileOf(state, share) : Number.NaN),
  }
}
