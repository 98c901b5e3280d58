import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type MoneyFlowBar, moneyFlowVolume } from '../money-flow.ts'
import { addTo, type Total, totalOf } from '../sum.ts'

/**
 * Accumulation and distribution line: the sum of all volume, each bar's weighed by where it closed, -1 at its low to 1
 * at its high.
 *
 * Warning: its level depends on where the history begins and says nothing by itself. It is no input for a model: take
 * `chaikinMoneyFlow` or `chaikinOscillator`.
 *
 * In      a bar's { high, low, close, volume }, quote currency and base units
 * Out     number, base units; a bar without a range or volume leaves it as it is
 * Emits   one per bar
 * State   two numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Source  Chaikin's, after Williams 1972; Achelis 2000, Technical Analysis from A to Z
 *
 * @example
 * const bar = (close: number, volume: number) => ({ high: 4, low: 0, close, volume })
 * run(accumulationDistributionStep(), [bar(4, 3), bar(2, 5), bar(1, 4)]) // => [3, 3, 1]
 */
export const accumulationDistribution = (): Lifted<MoneyFlowBar, number> => lift(accumulationDistributionStep())

/** The pure step behind {@link accumulationDistribution}. */
export const accumulationDistributionStep = (): Kernel<Total, MoneyFlowBar, number> => ({
  name: 'accumulationDistribution',
  warmup: 1,
  settle: Infinity,
  init: () => ({ total: 0, lost: 0 }),
  step(state, bar) {
    addTo(state, moneyFlowVolume(bar))
    return totalOf(state)
  },
})
