import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Ordered, ordered, rankOf, slideOrdered } from '../ordered.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface ReturnRankOptions {
  /** Window, in returns. Integer, at least 1. */
  readonly length: number
  /** Inputs that a return spans. Integer, at least 1. */
  readonly lag: number
}

/**
 * Share of the last `length` returns that are smaller than the latest one: how unusual a move is, whatever the shape of
 * the distribution. It is `simpleReturn`, ranked as `percentRank` ranks.
 *
 * In      number, price in quote currency; positive, as the door admits them
 * Out     number, 0..1; equal returns count half; 0.5 on a flat market
 * Emits   one per input from number `length + lag` on
 * State   `2 * length + lag` numbers per key
 * Late    not seen: works by order; a gap gives one return over the gap
 * Fails   Defect ASSERT when an option is not an integer of at least 1
 * Source  definition; mid-rank
 *
 * @example
 * run(returnRankStep({ length: 2, lag: 1 }), [4, 5, 6, 9]) // => [0.25, 0.75]
 */
export const returnRank = (options: ReturnRankOptions): Lifted<number, number> => lift(returnRankStep(options))

interface ReturnRankState {
  readonly prices: Ring
  readonly returns: Ordered
}

/** The pure step behind {@link returnRank}. */
export const returnRankStep = ({ length, lag }: ReturnRankOptions): Kernel<ReturnRankState, number, number> => {
  checkLengths('returnRank', { length, lag }, 1)
  return {
    name: `returnRank(${length}, ${lag})`,
    warmup: length + lag,
    init: () => ({ prices: ring(lag), returns: ordered(length) }),
    step({ prices, returns }, price) {
      const before = exchange(prices, price)
      if (Number.isNaN(before)) return Number.NaN
      const change = (price - before) / before
      return slideOrdered(returns, change) ? rankOf(returns, change) : Number.NaN
    },
  }
}
