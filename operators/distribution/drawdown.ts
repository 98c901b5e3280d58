import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Highest, highestOf, slideHighest } from '../extremes.ts'
import { checkLengths } from '../lengths.ts'

export interface DrawdownOptions {
  /** Window, in inputs. Integer, at least 1. */
  readonly length: number
}

/**
 * How far the latest number is below the largest of its window, as a share of that: 0 at a new high.
 *
 * In      number, a price or an equity; positive
 * Out     number, 0..1; 0 on a flat market
 * Emits   one per input from number `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  definition
 *
 * @example
 * run(drawdownStep({ length: 2 }), [8, 6, 3, 9]) // => [0.25, 0.5, 0]
 */
export const drawdown = (options: DrawdownOptions): Lifted<number, number> => lift(drawdownStep(options))

/** The pure step behind {@link drawdown}. */
export const drawdownStep = ({ length }: DrawdownOptions): Kernel<Highest, number, number> => {
  checkLengths('drawdown', { length }, 1)
  return {
    name: `drawdown(${length})`,
    warmup: length,
    init: () => highestOf(length),
    step(state, input) {
      const highest = slideHighest(state, input)
      return state.isFull ? (highest - input) / highest : Number.NaN
    },
  }
}
