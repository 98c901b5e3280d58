import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Pair } from '../pairs.ts'

export interface PairSpreadOptions {
  /** How much of the other is held against one of the instrument: a hedge ratio. Finite. */
  readonly ratio: number
}

/**
 * The price of one unit held against `ratio` units of the other: what a pairs trade is worth.
 *
 * The ratio is fixed here; `cointegration` and `kalmanCointegration` estimate it as they go.
 *
 * In      Pair: { price, other }, quote currency
 * Out     number, quote currency; below 0 at times
 * Emits   one per input
 * State   none
 * Late    not seen
 * Fails   Defect ASSERT when ratio is not finite
 * Source  definition
 *
 * @example
 * run(pairSpreadStep({ ratio: 0.5 }), [{ price: 12, other: 20 }]) // => [2]
 */
export const pairSpread = (options: PairSpreadOptions): Lifted<Pair, number> => lift(pairSpreadStep(options))

/** The pure step behind {@link pairSpread}. */
export const pairSpreadStep = ({ ratio }: PairSpreadOptions): Kernel<null, Pair, number> => {
  assert(Number.isFinite(ratio), `pairSpread: ratio is finite, found ${ratio}`)
  return {
    name: `pairSpread(${ratio})`,
    warmup: 1,
    init: () => null,
    step: (_state, { price, other }) => price - ratio * other,
  }
}
