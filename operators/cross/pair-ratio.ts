import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Pair } from '../pairs.ts'

/**
 * The price in units of the other: gold in silver, a share in its index.
 *
 * A level, and so no input of a model: `relativeStrength` is.
 *
 * In      Pair: { price, other }, quote currency; positive
 * Out     number, units of the other
 * Emits   one per input
 * State   none
 * Late    not seen
 * Source  definition
 *
 * @example
 * run(pairRatioStep(), [{ price: 12, other: 8 }]) // => [1.5]
 */
export const pairRatio = (): Lifted<Pair, number> => lift(pairRatioStep())

/** The pure step behind {@link pairRatio}. */
export const pairRatioStep = (): Kernel<null, Pair, number> => ({
  name: 'pairRatio',
  warmup: 1,
  init: () => null,
  step: (_state, { price, other }) => price / other,
})
