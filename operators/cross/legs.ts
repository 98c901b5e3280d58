import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Pair } from '../pairs.ts'
import type { Leg } from './leg.ts'

export interface LegsOptions {
  /** The instrument that is `price`, and the one that is `other`. */
  readonly first: string
  readonly second: string
  /** Oldest price of the other leg that still counts, milliseconds of event time. Positive. */
  readonly maxAgeMs: number
}

/**
 * Two instruments of one flow as a pair: each price of one leg with that of the other as of then.
 *
 * The prices must come under one key: `leg`, then `keyBy(() => 'pair')`. Both legs are in one partition of the mailbox.
 *
 * In      Leg: { at, instrument, price }
 * Out     Pair: { price, other }, quote currency of each; the record is reused
 * Emits   one per price of a leg, once the other has one that is not older than `maxAgeMs`; none for other instruments
 * State   a price and its time of each leg
 * Late    a price older than the latest of its leg is ignored; across a gap nothing comes until both legs are fresh
 * Fails   Defect ASSERT when the legs have one name, or maxAgeMs is not positive
 * Source  own; the as-of join of kdb+ (aj), backward, both ways, with a staleness bound
 *
 * @example
 * const options = { first: 'EURUSD', second: 'GBPUSD', maxAgeMs: 1000 }
 * const prices = [[0, 'EURUSD', 1], [500_000, 'GBPUSD', 2], [2_000_000, 'EURUSD', 3]]
 * const legs = prices.map(([at, instrument, price]) => ({ at, instrument, price }))
 * run(legsStep(options), legs) // => [{ price: 1, other: 2 }]
 */
export const legs = (options: LegsOptions): Lifted<Leg, Pair> => lift(legsStep(options))

interface LegsState {
  at: number
  otherAt: number
  readonly out: { price: number; other: number }
}

/** The pure step behind {@link legs}. */
export const legsStep = ({ first, second, maxAgeMs }: LegsOptions): Kernel<LegsState, Leg, Pair> => {
  assert(first !== second, `legs: two instruments, found '${first}' twice`)
  assert(maxAgeMs > 0, `legs: maxAgeMs is positive, found ${maxAgeMs}`)
  const maxAgeUs = maxAgeMs * 1000
  return {
    name: `legs(${first}, ${second}, ${maxAgeMs})`,
    warmup: 2,
    settle: Infinity,
    init: () => ({ at: -Infinity, otherAt: -Infinity, out: { price: Number.NaN, other: Number.NaN } }),
    step(state, { at, instrument, price }) {
      const { out } = state
      if (instrument === first && at >= state.at) {
        state.at = at
        out.price = price
      } else if (instrument === second && at >= state.otherAt) {
        state.otherAt = at
        out.other = price
      } else return undefined
      return Math.abs(state.at - state.otherAt) <= maxAgeUs ? out : undefined
    },
  }
}
