import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Ordered, ordered, rankOf, slideOrdered } from '../ordered.ts'

export interface PercentRankOptions {
  /** Window, in inputs. Integer, at least 1. */
  readonly length: number
}

/**
 * Which share of the last `length` numbers lies below this one, itself among them; equal numbers count half.
 *
 * Over a volatility it is the volatility percentile, which looks at the past alone.
 *
 * In      number, any unit; finite
 * Out     number, above 0 and below 1; 0.5 on a flat window
 * Emits   one per input from number `length` on
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  mid-rank: (less + equal / 2) / length. Connors' PercentRank leaves the number itself out and equals too
 *
 * @example
 * run(percentRankStep({ length: 4 }), [1, 2, 3, 4, 3]) // => [0.875, 0.5]
 */
export const percentRank = (options: PercentRankOptions): Lifted<number, number> => lift(percentRankStep(options))

/** The pure step behind {@link percentRank}. */
export const percentRankStep = ({ length }: PercentRankOptions): Kernel<Ordered, number, number> => {
  checkLengths('percentRank', { length }, 1)
  return {
    name: `percentRank(${length})`,
    warmup: length,
    init: () => ordered(length),
    step: (state, input) => (slideOrdered(state, input) ? rankOf(state, input) : Number.NaN),
  }
}
