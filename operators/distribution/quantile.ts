import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Ordered, ordered, quantileOf, slideOrdered } from '../ordered.ts'

export interface QuantileOptions {
  /** Window, in inputs. Integer, at least 1. */
  readonly length: number
  /** Share of the window that lies below, 0 to 1; 0.5 gives the median. */
  readonly share: number
}

/**
 * The value below which a share of the last `length` numbers lies: the rolling median at 0.5.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat window
 * Emits   one per input from number `length` on
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1, or share not within 0 to 1
 * Source  Hyndman and Fan 1996, The American Statistician 50(4), type 7: a straight line between neighbours
 *
 * @example
 * run(quantileStep({ length: 4, share: 0.5 }), [4, 1, 3, 8, 9]) // => [3.5, 5.5]
 */
export const quantile = (options: QuantileOptions): Lifted<number, number> => lift(quantileStep(options))

/** The pure step behind {@link quantile}. */
export const quantileStep = ({ length, share }: QuantileOptions): Kernel<Ordered, number, number> => {
  checkLengths('quantile', { length }, 1)
  assert(share >= 0 && share <= 1, `quantile: share is within 0 to 1, found ${share}`)
  return {
    name: `quantile(${length}, ${share})`,
    warmup: length,
    init: () => ordered(length),
    step: (state, input) => (slideOrdered(state, input) ? quantileOf(state, share) : Number.NaN),
  }
}
