import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Highest, highestOf, slideHighest } from '../extremes.ts'
import { checkLengths } from '../lengths.ts'

export interface MinMaxOptions {
  /** Window, in inputs. Integer, at least 2. */
  readonly length: number
}

/**
 * Where the latest number stands between the smallest (0) and the largest (1) of its window.
 *
 * One bad tick presses all others together until it has left; `percentRank` does not mind.
 *
 * In      number, any unit; finite
 * Out     number, 0..1
 * Emits   one per input from number `length` on; none while the window is flat
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition
 *
 * @example
 * run(minMaxStep({ length: 3 }), [1, 5, 3, 3, 4]) // => [0.5, 0, 1]
 */
export const minMax = (options: MinMaxOptions): Lifted<number, number> => lift(minMaxStep(options))

interface MinMaxState {
  readonly high: Highest
  readonly low: Highest
}

/** The pure step behind {@link minMax}. */
export const minMaxStep = ({ length }: MinMaxOptions): Kernel<MinMaxState, number, number> => {
  checkLengths('minMax', { length }, 2)
  return {
    name: `minMax(${length})`,
    warmup: length,
    init: () => ({ high: highestOf(length), low: highestOf(length) }),
    step({ high, low }, input) {
      const highest = slideHighest(high, input)
      const lowest = -slideHighest(low, -input)
      return high.isFull && highest > lowest ? (input - lowest) / (highest - lowest) : Number.NaN
    },
  }
}
