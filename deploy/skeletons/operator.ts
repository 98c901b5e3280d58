import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { exchange, type Ring, ring } from '../../operators/ring.ts'

export interface SkeletonOptions {
  /** How many inputs back. Integer, at least 1. 10 is the usual. */
  readonly length: number
}

/**
 * The change since `length` inputs ago.
 *
 * In      number, any unit; finite (the door has already refused NaN)
 * Out     number, unit of the input; 0 on a flat market
 * Emits   one per input from number `length + 1` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap in time counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  own
 *
 * @example
 * run(skeletonStep({ length: 2 }), [1, 2, 4, 8]) // => [3, 6]
 */
export const skeleton = (options: SkeletonOptions): Lifted<number, number> => lift(skeletonStep(options))

/** The pure step behind {@link skeleton}. */
export const skeletonStep = ({ length }: SkeletonOptions): Kernel<Ring, number, number> => {
  assert(Number.isInteger(length) && length >= 1, `skeleton: length is an integer of at least 1, found ${length}`)
  return {
    name: `skeleton(${length})`,
    warmup: length + 1,
    init: () => ring(length),
    // NaN, which is no value, for the first inputs: nothing is so far back.
    step: (past, input) => input - exchange(past, input),
  }
}
