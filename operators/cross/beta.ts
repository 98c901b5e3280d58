import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Pair, type Pairs, pairs, slidePairs } from '../pairs.ts'

export interface BetaOptions {
  /** Window, in returns. Integer, at least 2. 60 is the usual. */
  readonly length: number
}

/**
 * How much the instrument moves, in percent, when the other moves by one: the slope of its returns over those of the
 * other, mostly a market index.
 *
 * In      Pair: { price, other }, quote currency; positive
 * Out     number, no unit
 * Emits   one per input from number `length + 1` on; none while the other is flat
 * State   `10 * length` numbers per key
 * Late    not seen: works by order; a gap gives returns over the gap
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  Sharpe 1963, Management Science 9(2): covariance over variance of simple returns
 *
 * @example
 * const pair = (price: number, other: number) => ({ price, other })
 * run(betaStep({ length: 2 }), [pair(10, 100), pair(12, 110), pair(12, 110), pair(6, 82.5)]) // => [2.0, 2.0]
 */
export const beta = (options: BetaOptions): Lifted<Pair, number> => lift(betaStep(options))

interface BetaState {
  price: number
  other: number
  readonly returns: Pairs
}

/** The pure step behind {@link beta}. */
export const betaStep = ({ length }: BetaOptions): Kernel<BetaState, Pair, number> => {
  checkLengths('beta', { length }, 2)
  return {
    name: `beta(${length})`,
    warmup: length + 1,
    init: () => ({ price: Number.NaN, other: Number.NaN, returns: pairs(length) }),
    step(state, { price, other }) {
      const change = (price - state.price) / state.price
      const otherChange = (other - state.other) / state.other
      state.price = price
      state.other = other
      if (Number.isNaN(change) || !slidePairs(state.returns, otherChange, change)) return Number.NaN
      const { xy, xx } = state.returns.window
      return xx > 0 ? xy / xx : Number.NaN
    },
  }
}
