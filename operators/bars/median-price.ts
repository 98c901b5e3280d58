import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

/**
 * The middle of the range of a bar.
 *
 * In      a bar's { high, low }, prices in quote currency
 * Out     number, quote currency; the price itself on a flat market
 * Emits   one per input
 * State   none
 * Late    not seen
 * Source  definition; TA-Lib MEDPRICE
 *
 * @example
 * run(medianPriceStep(), [{ high: 9, low: 3 }]) // => [6]
 */
export const medianPrice = (): Lifted<Pick<Bar, 'high' | 'low'>, number> => lift(medianPriceStep())

/** The pure step behind {@link medianPrice}. */
export const medianPriceStep = (): Kernel<null, Pick<Bar, 'high' | 'low'>, number> => ({
  name: 'medianPrice',
  warmup: 1,
  init: () => null,
  step: (_state, { high, low }) => (high + low) / 2,
})
