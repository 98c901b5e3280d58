import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Quote } from '../../engine/market/quote.ts'

export interface StaleQuoteFilterOptions {
  /** A quote that has been repeated unchanged for longer is stale, milliseconds of event time. Positive. */
  readonly unchangedMs: number
}

/**
 * Lets a quote pass unless it is old: it came later than a newer one, or a source that stands still has repeated it for
 * too long.
 *
 * In      Quote
 * Out     the same quote
 * Emits   one per quote that is not older than another before it, and whose prices and sizes have changed within
 *         `unchangedMs`
 * State   six numbers per key
 * Late    does not pass. After a gap a quote that is still the same is stale; on a flat market all are, in the end
 * Fails   Defect ASSERT when unchangedMs is not positive
 * Source  own
 *
 * @example
 * const quote = (ms: number, bid: number) => ({ at: ms * 1000, bid, ask: 9, bidSize: 0, askSize: 0 })
 * const quotes = [quote(0, 5), quote(60, 5), quote(120, 5), quote(130, 6), quote(110, 7)]
 * run(staleQuoteFilterStep({ unchangedMs: 100 }), quotes).map(q => q.at) // => [0, 60_000, 130_000]
 */
export const staleQuoteFilter = (options: StaleQuoteFilterOptions): Lifted<Quote, Quote> =>
  lift(staleQuoteFilterStep(options))

interface StaleQuoteFilterState {
  newest: number
  /** When the quote became what it is. */
  changed: number
  bid: number
  ask: number
  bidSize: number
  askSize: number
}

/** The pure step behind {@link staleQuoteFilter}. */
export const staleQuoteFilterStep = ({
  unchangedMs,
}: StaleQuoteFilterOptions): Kernel<StaleQuoteFilterState, Quote, Quote> => {
  assert(unchangedMs > 0, `staleQuoteFilter: unchangedMs is positive, found ${unchangedMs}`)
  const unchangedUs = unchangedMs * 1000
  return {
    name: `staleQuoteFilter(${unchangedMs})`,
    warmup: 1,
    init: () => ({
      newest: Number.NaN,
      changed: Number.NaN,
      bid: Number.NaN,
      ask: Number.NaN,
      bidSize: Number.NaN,
      askSize: Number.NaN,
    }),
    step(state, input) {
      const { at, bid, ask, bidSize, askSize } = input
      if (at < state.newest) return undefined
      state.newest = at
      const isSame = bid === state.bid && ask === state.ask && bidSize === state.bidSize && askSize === state.askSize
      if (isSame) return at - state.changed <= unchangedUs ? input : undefined
      state.changed = at
      state.bid = bid
      state.ask = ask
      state.bidSize = bidSize
      state.askSize = askSize
      return input
    },
  }
}
