import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { directionOf, type MoneyFlowBar } from '../money-flow.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface MoneyFlowIndexOptions {
  /** Window, in changes of the typical price. Integer, at least 1. 14 is the usual. */
  readonly length: number
}

/**
 * Money flow index: of what was paid in bars whose typical price moved, the share paid where it rose, 0 to 100.
 *
 * In      a bar's { high, low, close, volume }, quote currency and base units
 * Out     number, 0..100; 50 where no price has moved or nothing was traded
 * Emits   one per bar from bar `length + 1` on
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Quong and Soudack 1989, Technical Analysis of Stocks & Commodities 7(3). A bar with the typical price of the
 *         one before, to the precision of numbers, counts to neither side
 *
 * @example
 * const bar = (close: number, volume: number) => ({ high: close + 1, low: close - 1, close, volume })
 * run(moneyFlowIndexStep({ length: 2 }), [bar(4, 9), bar(5, 3), bar(3, 5), bar(3, 7)]) // => [50, 0]
 */
export const moneyFlowIndex = (options: MoneyFlowIndexOptions): Lifted<MoneyFlowBar, number> =>
  lift(moneyFlowIndexStep(options))

interface MoneyFlowIndexState {
  /** Three times the typical price: the sum of three prices. */
  threefold: number
  readonly paidUp: Sum
  readonly paidDown: Sum
}

/** The pure step behind {@link moneyFlowIndex}. */
export const moneyFlowIndexStep = ({
  length,
}: MoneyFlowIndexOptions): Kernel<MoneyFlowIndexState, MoneyFlowBar, number> => {
  checkLengths('moneyFlowIndex', { length }, 1)
  return {
    name: `moneyFlowIndex(${length})`,
    warmup: length + 1,
    init: () => ({ threefold: Number.NaN, paidUp: sum(length), paidDown: sum(length) }),
    step(state, { high, low, close, volume }) {
      const threefold = high + low + close
      const direction = directionOf(threefold, state.threefold)
      state.threefold = threefold
      if (Number.isNaN(direction)) return Number.NaN
      const paid = (threefold / 3) * volume
      // Not by branches, which no processor could foretell.
      const up = slideSum(state.paidUp, Number(direction > 0) * paid)
      const both = up + slideSum(state.paidDown, Number(direction < 0) * paid)
      return both === 0 ? 50 : (100 * up) / both
    },
  }
}
