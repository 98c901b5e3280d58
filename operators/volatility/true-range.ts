import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { trueRangeOf } from '../true-range.ts'

/**
 * True range: how far prices went from the close before to the extremes of this bar.
 *
 * In      a bar's { high, low, close }, prices in any unit
 * Out     number, unit of the prices; 0 on a flat market
 * Emits   one per bar from the second on
 * State   one number per key
 * Late    not seen: works by order; a gap between two bars is in the range of the second
 * Source  Wilder 1978, New Concepts in Technical Trading Systems, ch. 3
 *
 * @example
 * run(trueRangeStep(), [{ high: 5, low: 4, close: 4 }, { high: 9, low: 7, close: 8 }]) // => [5]
 */
export const trueRange = (): Lifted<Pick<Bar, 'high' | 'low' | 'close'>, number> => lift(trueRangeStep())

/** The pure step behind {@link trueRange}. */
export const trueRangeStep = (): Kernel<{ close: number }, Pick<Bar, 'high' | 'low' | 'close'>, number> => ({
  name: 'trueRange',
  warmup: 2,
  init: () => ({ close: Number.NaN }),
  step(state, { high, low, close }) {
    const before = state.close
    state.close = close
    return trueRangeOf(high, low, before)
  },
})
