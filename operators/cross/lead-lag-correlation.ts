import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { correlationOf, type Pair, type Pairs, pairs, slidePairs } from '../pairs.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface LeadLagCorrelationOptions {
  /** Window, in pairs. Integer, at least 2. */
  readonly length: number
  /** How many inputs the other goes ahead. Integer, at least 1. */
  readonly lag: number
}

/**
 * Correlation of the instrument with what the other was `lag` inputs earlier: whether the other leads.
 *
 * Whether the instrument leads is the same question with the two exchanged. Mostly of returns.
 *
 * In      Pair: { price, other }, any units; finite
 * Out     number, -1..1
 * Emits   one per input from number `length + lag` on; none while one of the two is flat
 * State   `10 * length + lag` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2, or lag not one of at least 1
 * Source  definition
 *
 * @example
 * const pair = (price: number, other: number) => ({ price, other })
 * run(leadLagCorrelationStep({ length: 2, lag: 1 }), [pair(0, 1), pair(2, 3), pair(6, 2), pair(4, 9)]) // => [1.0, 1.0]
 */
export const leadLagCorrelation = (options: LeadLagCorrelationOptions): Lifted<Pair, number> =>
  lift(leadLagCorrelationStep(options))

interface LeadLagState {
  readonly others: Ring
  readonly pairs: Pairs
}

/** The pure step behind {@link leadLagCorrelation}. */
export const leadLagCorrelationStep = ({
  length,
  lag,
}: LeadLagCorrelationOptions): Kernel<LeadLagState, Pair, number> => {
  checkLengths('leadLagCorrelation', { length }, 2)
  checkLengths('leadLagCorrelation', { lag }, 1)
  return {
    name: `leadLagCorrelation(${length}, ${lag})`,
    warmup: length + lag,
    init: () => ({ others: ring(lag), pairs: pairs(length) }),
    step({ others, pairs }, { price, other }) {
      const earlier = exchange(others, other)
      if (Number.isNaN(earlier) || !slidePairs(pairs, earlier, price)) return Number.NaN
      return correlationOf(pairs)
    },
  }
}
