import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

/**
 * The mean of high, low and twice the close of a bar.
 *
 * In      a bar's { high, low, close }, prices in quote currency
 * Out     number, quote currency; the price itself on a flat market
 * Emits   one per input
 * State   none
 * Late    not seen
 * Source  definition; TA-Lib WCLPRICE
 *
 * @example
 * run(weightedCloseStep(), [{ high: 9, low: 3, close: 8 }]) // => [7]
 */
export const weightedClose = (): Lifted<Pick<Bar, 'high' | 'low' | 'close'>, number> => lift(weightedCloseStep())

/** The pure step behind {@link weightedClose}. */
export const weightedCloseStep = (): Kernel<null, Pick<Bar, 'high' | 'low' | 'close'>, number> => ({
  name: 'weightedClose',
  warmup: 1,
  init: () => null,
  step: (_state, { high, low, close }) => (high + low + 2 * close) / 4,
})
