import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Quote } from '../../engine/market/quote.ts'

/**
 * The price half way between bid and ask.
 *
 * In      Quote
 * Out     number, quote currency
 * Emits   one per input, crossed and locked quotes too
 * State   none
 * Late    not seen
 * Source  definition
 *
 * @example
 * run(midStep(), [{ at: 0, bid: 1, ask: 2, bidSize: 0, askSize: 0 }]) // => [1.5]
 */
export const mid = (): Lifted<Quote, number> => lift(midStep())

/** The pure step behind {@link mid}. */
export const midStep = (): Kernel<null, Quote, number> => ({
  name: 'mid',
  warmup: 1,
  init: () => null,
  step: (_state, { bid, ask }) => (bid + ask) / 2,
})
