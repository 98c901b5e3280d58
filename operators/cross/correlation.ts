import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { correlationOf, type Pair, type Pairs, pairs, slidePairs } from '../pairs.ts'

export interface CorrelationOptions {
  /** Window, in inputs. Integer, at least 2. */
  readonly length: number
}

/**
 * Pearson's correlation of two series over the last `length` inputs.
 *
 * Mostly of returns: two prices that only share a trend, or only wander, are correlated too (Granger and Newbold's
 * spurious regression).
 *
 * In      Pair: { price, other }, any units; finite
 * Out     number, -1..1
 * Emits   one per input from number `length` on; none while one of the two is flat
 * State   `10 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition
 *
 * @example
 * const pair = (price: number, other: number) => ({ price, other })
 * run(correlationStep({ length: 3 }), [pair(1, 2), pair(2, 4), pair(3, 6), pair(3, 0)]) // => [1.0, -0.188982]
 */
export const correlation = (options: CorrelationOptions): Lifted<Pair, number> => lift(correlationStep(options))

/** The pure step behind {@link correlation}. */
export const correlationStep = ({ length }: CorrelationOptions): Kernel<Pairs, Pair, number> => {
  checkLengths('correlation', { length }, 2)
  return {
    name: `correlation(${length})`,
    warmup: length,
    init: () => pairs(length),
    step: (state, { price, other }) => (slidePairs(state, other, price) ? correlationOf(state) : Number.NaN),
  }
}
