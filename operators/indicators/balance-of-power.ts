import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface BalanceOfPowerOptions {
  /** Window of the mean, in bars. Integer, at least 1: 1 gives that of each bar alone. 14 is the usual. */
  readonly length: number
}

/**
 * Balance of power: which part of their ranges the bars have gone from open to close, and in which direction.
 *
 * In      a bar's { open, high, low, close }, prices in any unit
 * Out     number, -1..1; a bar without a range counts as 0
 * Emits   one per bar from bar `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap between two bars is in neither
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Livshin 2001, Technical Analysis of Stocks & Commodities 19(8); plain mean
 *
 * @example
 * const bar = (open: number, close: number) => ({ open, high: 4, low: 0, close })
 * run(balanceOfPowerStep({ length: 2 }), [bar(1, 3), bar(3, 2), bar(0, 4)]) // => [0.125, 0.375]
 */
export const balanceOfPower = (
  options: BalanceOfPowerOptions,
): Lifted<Pick<Bar, 'open' | 'high' | 'low' | 'close'>, number> => lift(balanceOfPowerStep(options))

/** The pure step behind {@link balanceOfPower}. */
export const balanceOfPowerStep = ({
  length,
}: BalanceOfPowerOptions): Kernel<Sum, Pick<Bar, 'open' | 'high' | 'low' | 'close'>, number> => {
  checkLengths('balanceOfPower', { length }, 1)
  return {
    name: `balanceOfPower(${length})`,
    warmup: length,
    init: () => sum(length),
    step(state, { open, high, low, close }) {
      const power = high > low ? (close - open) / (high - low) : 0
      return slideSum(state, power) / length
    },
  }
}
