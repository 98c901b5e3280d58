import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'

export interface SkeletonOptions {
  /** How many inputs back. Integer, at least 1. */
  readonly length: number
}

/**
 * The change since `length` inputs ago.
 *
 * In      number, any unit; finite (the door has already refused NaN)
 * Out     number, unit of the input; 0 on a flat market
 * Emits   one per input from number `length + 1` on
 * State   the last `length` inputs per key
 * Late    not seen: works by order; a gap in time counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  own
 *
 * @example
 * run(skeletonStep({ length: 2 }), [1, 2, 4, 8]) // => [3, 6]
 */
export const skeleton = (options: SkeletonOptions): Lifted<number, number> => lift(skeletonStep(options))

interface SkeletonState {
  readonly past: number[]
}

/** The pure step behind {@link skeleton}. */
export const skeletonStep = ({ length }: SkeletonOptions): Kernel<SkeletonState, number, number> => {
  assert(Number.isInteger(length) && length >= 1, `skeleton: length is an integer of at least 1, found ${length}`)
  return {
    name: `skeleton(${length})`,
    warmup: length + 1,
    init: () => ({ past: [] }),
    step({ past }, input) {
      const isWarm = past.push(input) > length
      return isWarm ? input - past.shift()! : Number.NaN
    },
  }
}
