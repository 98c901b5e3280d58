import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'

/**
 * The last price of a bar.
 *
 * In      a record with `close`, price in quote currency
 * Out     number, quote currency
 * Emits   one per input
 * State   none
 * Late    not seen
 * Source  definition
 *
 * @example
 * run(closeStep(), [{ close: 5 }]) // => [5]
 */
export const close = (): Lifted<{ readonly close: number }, number> => lift(closeStep())

/** The pure step behind {@link close}. */
export const closeStep = (): Kernel<null, { readonly close: number }, number> => ({
  name: 'close',
  warmup: 1,
  init: () => null,
  step: (_state, bar) => bar.close,
})
