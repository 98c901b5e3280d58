import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type MoneyFlowBar, moneyFlowVolume } from '../money-flow.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface ChaikinMoneyFlowOptions {
  /** Window, in bars. Integer, at least 1. 20 is the usual. */
  readonly length: number
}

/**
 * Chaikin money flow: where the last bars closed within their ranges, each with the weight of its volume; 1 when all
 * closed at their high.
 *
 * In      a bar's { high, low, close, volume }, quote currency and base units
 * Out     number, -1 to 1; a bar without a range adds its volume and no direction, so 0 on a flat market
 * Emits   one per bar from bar `length` on; none while the window has no volume
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Chaikin; Achelis 2000, Technical Analysis from A to Z
 *
 * @example
 * const bar = (close: number, volume: number) => ({ high: 4, low: 0, close, volume })
 * run(chaikinMoneyFlowStep({ length: 2 }), [bar(4, 3), bar(2, 5), bar(0, 5)]) // => [0.375, -0.5]
 */
export const chaikinMoneyFlow = (options: ChaikinMoneyFlowOptions): Lifted<MoneyFlowBar, number> =>
  lift(chaikinMoneyFlowStep(options))

interface ChaikinMoneyFlowState {
  readonly flow: Sum
  readonly traded: Sum
}

/** The pure step behind {@link chaikinMoneyFlow}. */
export const chaikinMoneyFlowStep = ({
  length,
}: ChaikinMoneyFlowOptions): Kernel<ChaikinMoneyFlowState, MoneyFlowBar, number> => {
  checkLengths('chaikinMoneyFlow', { length }, 1)
  return {
    name: `chaikinMoneyFlow(${length})`,
    warmup: length,
    init: () => ({ flow: sum(length), traded: sum(length) }),
    step({ flow, traded }, bar) {
      const moved = slideSum(flow, moneyFlowVolume(bar))
      return moved / slideSum(traded, bar.volume)
    },
  }
}
