import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type AtrOptions, atrStep } from '../indicators/atr.ts'
import type { StateOf } from '../parts.ts'

/**
 * Normalised average true range: `atr` in percent of the close, to compare markets and times.
 *
 * In      a bar's { high, low, close }, prices in any unit
 * Out     number, percent; 0 on a flat market
 * Emits   one per bar from bar `length + 1` on
 * State   three numbers per key
 * Late    not seen: works by order; a gap between two bars is in the range of the second
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Forman 2006, Technical Analysis of Stocks & Commodities 24(5)
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(natrStep({ length: 2 }), [1, 2, 5, 5].map(bar)) // => [60, 50]
 */
export const natr = (options: AtrOptions): Lifted<Pick<Bar, 'high' | 'low' | 'close'>, number> =>
  lift(natrStep(options))

/** The pure step behind {@link natr}. */
export const natrStep = (
  options: AtrOptions,
): Kernel<StateOf<typeof atrStep>, Pick<Bar, 'high' | 'low' | 'close'>, number> => {
  const range = atrStep(options)
  return {
    ...range,
    name: `natr(${options.length})`,
    step(state, bar) {
      const width = range.step(state, bar)!
      return bar.close > 0 ? (100 * width) / bar.close : Number.NaN
    },
  }
}
