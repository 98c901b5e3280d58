import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Quote } from '../../engine/market/quote.ts'

/**
 * What a round trip at the best prices costs per unit: ask less bid.
 *
 * In      a quote's { bid, ask }
 * Out     number, quote currency; 0 on a locked quote, below on a crossed one
 * Emits   one per input
 * State   none
 * Late    not seen
 * Source  definition
 *
 * @example
 * run(spreadStep(), [{ bid: 1.25, ask: 1.75 }]) // => [0.5]
 */
export const spread = (): Lifted<Pick<Quote, 'bid' | 'ask'>, number> => lift(spreadStep())

/** The pure step behind {@link spread}. */
export const spreadStep = (): Kernel<null, Pick<Quote, 'bid' | 'ask'>, number> => ({
  name: 'spread',
  warmup: 1,
  init: () => null,
  step: (_state, { bid, ask }) => ask - bid,
})
