import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface EfficiencyRatioOptions {
  /** Window, in changes. Integer, at least 1. 10 is the usual. */
  readonly length: number
}

/**
 * Kaufman's efficiency ratio: how far the number came in `length` changes over how far it went: 1 on a straight way, 0
 * when it is back where it was.
 *
 * In      number, any unit; finite
 * Out     number, 0..1
 * Emits   one per input from number `length + 1` on; none while the window is flat
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Kaufman 1995, Smarter Trading. `kama` takes a flat window for one of efficiency 0
 *
 * @example
 * run(efficiencyRatioStep({ length: 2 }), [1, 2, 3, 2, 2]) // => [1, 0, 1]
 */
export const efficiencyRatio = (options: EfficiencyRatioOptions): Lifted<number, number> =>
  lift(efficiencyRatioStep(options))

interface EfficiencyRatioState {
  previous: number
  readonly inputs: Ring
  readonly changes: Sum
}

/** The pure step behind {@link efficiencyRatio}. */
export const efficiencyRatioStep = ({
  length,
}: EfficiencyRatioOptions): Kernel<EfficiencyRatioState, number, number> => {
  checkLengths('efficiencyRatio', { length }, 1)
  return {
    name: `efficiencyRatio(${length})`,
    warmup: length + 1,
    init: () => ({ previous: Number.NaN, inputs: ring(length), changes: sum(length) }),
    step(state, input) {
      const before = exchange(state.inputs, input)
      const change = Math.abs(input - state.previous)
      state.previous = input
      if (Number.isNaN(change)) return Number.NaN
      const path = slideSum(state.changes, change)
      return path > 0 ? Math.min(Math.abs(input - before) / path, 1) : Number.NaN
    },
  }
}
