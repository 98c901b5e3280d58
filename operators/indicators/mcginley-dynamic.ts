import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'

export interface McginleyDynamicOptions {
  /** Averaging length, in inputs. Integer, at least 1. 14 is the usual. */
  readonly length: number
  /** Which share of the length counts. Above 0. 0.6 is the usual. */
  readonly factor: number
}

/**
 * McGinley dynamic: a mean that follows a fall faster than a rise, by the fourth power of price over mean.
 *
 * One wrong price far below the others takes it along, and it does not come back: prices are to be filtered before.
 *
 * In      number, price; positive, as the door admits them
 * Out     number, unit of the input; the input itself on a flat market
 * Emits   one per input from number 2 on; it begins at the first input
 * State   one number per key; it moves so little far below a price that no count of inputs settles it
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1, or factor not above 0
 * Source  McGinley 1997, MTA Journal 48. Where the formula would go beyond the input it stops at the input: without
 *         that, a price that halves can throw it below 0
 *
 * @example
 * run(mcginleyDynamicStep({ length: 5, factor: 1 }), [1, 2, 2, 0.5]) // => [1.0125, 1.025473, 0.5]
 */
export const mcginleyDynamic = (options: McginleyDynamicOptions): Lifted<number, number> =>
  lift(mcginleyDynamicStep(options))

/** The pure step behind {@link mcginleyDynamic}. */
export const mcginleyDynamicStep = ({
  length,
  factor,
}: McginleyDynamicOptions): Kernel<{ mean: number }, number, number> => {
  checkLengths('mcginleyDynamic', { length }, 1)
  assert(factor > 0, `mcginleyDynamic: factor is above 0, found ${factor}`)
  return {
    name: `mcginleyDynamic(${length}, ${factor})`,
    warmup: 2,
    settle: Infinity,
    init: () => ({ mean: Number.NaN }),
    step(state, input) {
      const { mean } = state
      if (Number.isNaN(mean)) {
        state.mean = input
        return Number.NaN
      }
      const square = (input / mean) ** 2
      state.mean = mean + (input - mean) / Math.max(factor * length * square * square, 1)
      return state.mean
    },
  }
}
