import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

/**
 * The mean of high, low and close of a bar: what CCI, MFI and VWAP of bars take as its price.
 *
 * In      a bar's { high, low, close }, prices in quote currency
 * Out     number, quote currency; the price itself on a flat market
 * Emits   one per input
 * State   none
 * Late    not seen
 * Source  definition; TA-Lib TYPPRICE
 *
 * @example
 * run(typicalPriceStep(), [{ high: 9, low: 3, close: 6 }]) // => [6]
 */
export const typicalPrice = (): Lifted<Pick<Bar, 'high' | 'low' | 'close'>, number> => lift(typicalPriceStep())

/** The pure step behind {@link typicalPrice}. */
export const typicalPriceStep = (): Kernel<null, Pick<Bar, 'high' | 'low' | 'close'>, number> => ({
  name: 'typicalPrice',
  warmup: 1,
  init: () => null,
  step: (_state, { high, low, close }) => (high + low + close) / 3,
})
