import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

/**
 * The move from open to close within a bar, as a share of the open. Gaps between bars are not in it.
 *
 * In      a bar's { open, close }, prices in quote currency
 * Out     number, a share; 0 on a flat market
 * Emits   one per input
 * State   none
 * Late    not seen
 * Source  definition
 *
 * @example
 * run(closeOpenSpreadStep(), [{ open: 10, close: 13 }]) // => [0.3]
 */
export const closeOpenSpread = (): Lifted<Pick<Bar, 'open' | 'close'>, number> => lift(closeOpenSpreadStep())

/** The pure step behind {@link closeOpenSpread}. */
export const closeOpenSpreadStep = (): Kernel<null, Pick<Bar, 'open' | 'close'>, number> => ({
  name: 'closeOpenSpread',
  warmup: 1,
  init: () => null,
  step: (_state, { open, close }) => (close - open) / open,
})
