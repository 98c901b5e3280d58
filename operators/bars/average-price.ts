import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

/**
 * The mean of open, high, low and close of a bar.
 *
 * In      a bar's { open, high, low, close }, prices in quote currency
 * Out     number, quote currency; the price itself on a flat market
 * Emits   one per input
 * State   none
 * Late    not seen
 * Source  definition; TA-Lib AVGPRICE
 *
 * @example
 * run(averagePriceStep(), [{ open: 4, high: 9, low: 3, close: 8 }]) // => [6]
 */
export const averagePrice = (): Lifted<Pick<Bar, 'open' | 'high' | 'low' | 'close'>, number> => lift(averagePriceStep())

/** The pure step behind {@link averagePrice}. */
export const averagePriceStep = (): Kernel<null, Pick<Bar, 'open' | 'high' | 'low' | 'close'>, number> => ({
  name: 'averagePrice',
  warmup: 1,
  init: () => null,
  step: (_state, { open, high, low, close }) => (open + high + low + close) / 4,
})
