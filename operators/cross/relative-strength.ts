import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import type { Pair } from '../pairs.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface RelativeStrengthOptions {
  /** How many inputs the returns span. Integer, at least 1. */
  readonly lag: number
}

/**
 * How much more the instrument has returned than the other over the last `lag` inputs. Not to be taken for `rsi`, which
 * knows one instrument.
 *
 * In      Pair: { price, other }, quote currency; positive
 * Out     number, a share; 0 on a flat market
 * Emits   one per input from number `lag + 1` on
 * State   `2 * lag` numbers per key
 * Late    not seen: works by order; a gap gives returns over the gap
 * Fails   Defect ASSERT when lag is not an integer of at least 1
 * Source  Levy 1967, Journal of Finance 22(4), for the idea; the difference of returns as Stock Indicators for .NET has
 *         it (PrsPercent)
 *
 * @example
 * run(relativeStrengthStep({ lag: 1 }), [{ price: 4, other: 8 }, { price: 5, other: 10 }, { price: 10, other: 15 }])
 * // => [0, 0.5]
 */
export const relativeStrength = (options: RelativeStrengthOptions): Lifted<Pair, number> =>
  lift(relativeStrengthStep(options))

interface RelativeStrengthState {
  readonly prices: Ring
  readonly others: Ring
}

/** The pure step behind {@link relativeStrength}. */
export const relativeStrengthStep = ({ lag }: RelativeStrengthOptions): Kernel<RelativeStrengthState, Pair, number> => {
  checkLengths('relativeStrength', { lag }, 1)
  return {
    name: `relativeStrength(${lag})`,
    warmup: lag + 1,
    init: () => ({ prices: ring(lag), others: ring(lag) }),
    step({ prices, others }, { price, other }) {
      const before = exchange(prices, price)
      const otherBefore = exchange(others, other)
      return (price - before) / before - (other - otherBefore) / otherBefore
    },
  }
}
