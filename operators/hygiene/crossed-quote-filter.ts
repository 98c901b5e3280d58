import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Quote } from '../../engine/market/quote.ts'

export interface CrossedQuoteFilterOptions {
  /** Whether a locked quote passes, whose bid is its ask. */
  readonly locked: boolean
}

/**
 * Lets a quote pass unless it is crossed: nobody bids more than another asks for, unless one of the two is out of date.
 *
 * In      a quote's { bid, ask }
 * Out     the same quote
 * Emits   one per quote whose ask is above its bid, or equal where `locked` says so
 * State   none
 * Late    not seen; a gap does not matter
 * Source  definition
 *
 * @example
 * const quotes = [{ bid: 5, ask: 6 }, { bid: 6, ask: 5 }, { bid: 5, ask: 5 }]
 * run(crossedQuoteFilterStep({ locked: false }), quotes) // => [{ bid: 5, ask: 6 }]
 * run(crossedQuoteFilterStep({ locked: true }), quotes) // => [{ bid: 5, ask: 6 }, { bid: 5, ask: 5 }]
 */
export const crossedQuoteFilter = <In extends Pick<Quote, 'bid' | 'ask'>>(
  options: CrossedQuoteFilterOptions,
): Lifted<In, In> => lift(crossedQuoteFilterStep<In>(options))

/** The pure step behind {@link crossedQuoteFilter}. */
export const crossedQuoteFilterStep = <In extends Pick<Quote, 'bid' | 'ask'>>({
  locked,
}: CrossedQuoteFilterOptions): Kernel<null, In, In> => ({
  name: locked ? 'crossedQuoteFilter' : 'crossedQuoteFilter(nor locked)',
  warmup: 1,
  init: () => null,
  step(_state, input) {
    const { bid, ask } = input
    return ask > bid || (locked && ask === bid) ? input : undefined
  },
})
