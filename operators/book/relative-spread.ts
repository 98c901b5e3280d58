import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Quote } from '../../engine/market/quote.ts'

/**
 * The spread as a share of the mid: comparable between instruments and over years.
 *
 * In      a quote's { bid, ask }
 * Out     number, basis points of the mid; 0 on a locked quote, below on a crossed one
 * Emits   one per input
 * State   none
 * Late    not seen
 * Source  definition
 *
 * @example
 * run(relativeSpreadStep(), [{ bid: 99.5, ask: 100.5 }]) // => [100]
 */
export const relativeSpread = (): Lifted<Pick<Quote, 'bid' | 'ask'>, number> => lift(relativeSpreadStep())

/** The pure step behind {@link relativeSpread}. */
export const relativeSpreadStep = (): Kernel<null, Pick<Quote, 'bid' | 'ask'>, number> => ({
  name: 'relativeSpread',
  warmup: 1,
  init: () => null,
  step: (_state, { bid, ask }) => (20_000 * (ask - bid)) / (ask + bid),
})
