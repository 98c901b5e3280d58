import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface HigherHighsOptions {
  /** Window, in bars. Integer, at least 1. */
  readonly length: number
}

/**
 * How many of the last `length` bars had a higher high than the bar before.
 *
 * It compares bar to bar, not swing to swing.
 *
 * In      a bar's { high }, price in any unit
 * Out     number, 0..length; 0 on a flat market
 * Emits   one per bar from bar `length + 1` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  definition
 *
 * @example
 * run(higherHighsStep({ length: 2 }), [5, 6, 5, 7, 8].map(high => ({ high }))) // => [1, 1, 2]
 */
export const higherHighs = (options: HigherHighsOptions): Lifted<Pick<Bar, 'high'>, number> =>
  lift(higherHighsStep(options))

interface HigherHighsState {
  /** 1 for a higher high, 0 for another. */
  readonly marks: Ring
  high: number
  count: number
}

/** The pure step behind {@link higherHighs}. */
export const higherHighsStep = ({
  length,
}: HigherHighsOptions): Kernel<HigherHighsState, Pick<Bar, 'high'>, number> => {
  checkLengths('higherHighs', { length }, 1)
  return {
    name: `higherHighs(${length})`,
    warmup: length + 1,
    init: () => ({ marks: ring(length), high: Number.NaN, count: 0 }),
    step(state, { high }) {
      const before = state.high
      state.high = high
      if (Number.isNaN(before)) return Number.NaN
      const mark = high > before ? 1 : 0
      const oldest = exchange(state.marks, mark)
      state.count += mark - (oldest > 0 ? 1 : 0)
      return Number.isNaN(state.marks.values[state.marks.head]!) ? Number.NaN : state.count
    },
  }
}
