import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface LowerLowsOptions {
  /** Window, in bars. Integer, at least 1. */
  readonly length: number
}

/**
 * How many of the last `length` bars had a lower low than the bar before.
 *
 * It compares bar to bar, not swing to swing.
 *
 * In      a bar's { low }, price in any unit
 * Out     number, 0..length; 0 on a flat market
 * Emits   one per bar from bar `length + 1` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  definition
 *
 * @example
 * run(lowerLowsStep({ length: 2 }), [5, 6, 5, 7, 8].map(low => ({ low }))) // => [1, 1, 0]
 */
export const lowerLows = (options: LowerLowsOptions): Lifted<Pick<Bar, 'low'>, number> => lift(lowerLowsStep(options))

interface LowerLowsState {
  /** 1 for a lower low, 0 for another. */
  readonly marks: Ring
  low: number
  count: number
}

/** The pure step behind {@link lowerLows}. */
export const lowerLowsStep = ({ length }: LowerLowsOptions): Kernel<LowerLowsState, Pick<Bar, 'low'>, number> => {
  checkLengths('lowerLows', { length }, 1)
  return {
    name: `lowerLows(${length})`,
    warmup: length + 1,
    init: () => ({ marks: ring(length), low: Number.NaN, count: 0 }),
    step(state, { low }) {
      const before = state.low
      state.low = low
      if (Number.isNaN(before)) return Number.NaN
      const mark = low < before ? 1 : 0
      const oldest = exchange(state.marks, mark)
      state.count += mark - (oldest > 0 ? 1 : 0)
      return Number.isNaN(state.marks.values[state.marks.head]!) ? Number.NaN : state.count
    },
  }
}
