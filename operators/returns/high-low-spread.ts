import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

/**
 * The range of a bar as a share of its close.
 *
 * In      a bar's { high, low, close }, prices in quote currency
 * Out     number, a share, 0 or more; 0 on a flat market
 * Emits   one per input
 * State   none
 * Late    not seen
 * Source  definition
 *
 * @example
 * run(highLowSpreadStep(), [{ high: 12, low: 9, close: 10 }]) // => [0.3]
 */
export const highLowSpread = (): Lifted<Pick<Bar, 'high' | 'low' | 'close'>, number> => lift(highLowSpreadStep())

/** The pure step behind {@link highLowSpread}. */
export const highLowSpreadStep = (): Kernel<null, Pick<Bar, 'high' | 'low' | 'close'>, number> => ({
  name: 'highLowSpread',
  warmup: 1,
  init: () => null,
  step: (_state, { high, low, close }) => (high - low) / close,
})
