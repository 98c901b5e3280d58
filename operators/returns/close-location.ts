import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

/**
 * Close location value: where in its range a bar closed, from -1 at the low to 1 at the high.
 *
 * In      a bar's { high, low, close }, prices in quote currency
 * Out     number, -1..1
 * Emits   one per input; none for a bar without a range
 * State   none
 * Late    not seen
 * Source  Chaikin's money flow multiplier: ((close - low) - (high - close)) / (high - low)
 *
 * @example
 * run(closeLocationStep(), [{ high: 12, low: 8, close: 11 }]) // => [0.5]
 */
export const closeLocation = (): Lifted<Pick<Bar, 'high' | 'low' | 'close'>, number> => lift(closeLocationStep())

/** The pure step behind {@link closeLocation}. */
export const closeLocationStep = (): Kernel<null, Pick<Bar, 'high' | 'low' | 'close'>, number> => ({
  name: 'closeLocation',
  warmup: 1,
  init: () => null,
  step: (_state, { high, low, close }) => (close - low - (high - close)) / (high - low),
})
