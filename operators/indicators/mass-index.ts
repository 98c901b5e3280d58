import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { FORGOTTEN, type Mean, noMean, slideMean } from '../mean.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface MassIndexOptions {
  /** Averaging length of the ranges, in bars. Integer, at least 1. 9 is the usual. */
  readonly average: number
  /** How many ratios are summed. Integer, at least 1. 25 is the usual. */
  readonly length: number
}

/**
 * Mass index: whether ranges widen or narrow, whichever way prices go. It is near `length`; at 25, a rise above 27 and
 * a fall below 26.5 are said to announce a reversal.
 *
 * In      { high, low }, price, any unit
 * Out     number, a sum of `length` ratios
 * Emits   one per bar from bar `2 * average + length - 2` on; none while bars have no range: before the first that has
 *         one, and after a stand of thousands of bars; such a bar counts in no sum
 * State   `length` numbers per key, and four
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 1
 * Source  Dorsey 1992, Technical Analysis of Stocks & Commodities 10(6): an exponential mean of ranges over the mean of
 *         that; each begins at the plain mean of its first inputs
 *
 * @example
 * const bar = (range: number) => ({ high: 9 + range, low: 9 })
 * run(massIndexStep({ average: 2, length: 1 }), [2, 2, 2, 4].map(bar)) // => [1, 1.153846]
 */
export const massIndex = (options: MassIndexOptions): Lifted<Pick<Bar, 'high' | 'low'>, number> =>
  lift(massIndexStep(options))

interface MassIndexState {
  readonly once: Mean
  readonly twice: Mean
  readonly ratios: Sum
}

/** The pure step behind {@link massIndex}. */
export const massIndexStep = ({
  average,
  length,
}: MassIndexOptions): Kernel<MassIndexState, Pick<Bar, 'high' | 'low'>, number> => {
  checkLengths('massIndex', { average, length }, 1)
  const weight = 2 / (average + 1)
  return {
    name: `massIndex(${average}, ${length})`,
    warmup: 2 * average + length - 2,
    settle: 2 * average + length + 2 * inputsToForget(weight),
    init: () => ({ once: noMean(), twice: noMean(), ratios: sum(length) }),
    step({ once, twice, ratios }, { high, low }) {
      if (!slideMean(once, high - low, average, weight)) return Number.NaN
      if (!slideMean(twice, once.mean, average, weight)) return Number.NaN
      const mean = twice.mean
      return mean < FORGOTTEN ? Number.NaN : slideSum(ratios, once.mean / mean)
    },
  }
}
