import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Quote } from '../../engine/market/quote.ts'

export interface DebounceOptions {
  /** A quote passes once the market has been quiet for so long, milliseconds of event time. Positive. */
  readonly quietMs: number
}

/**
 * Lets a quote pass when no other came within `quietMs` after it: the last one of each burst.
 *
 * A market that never rests lets nothing pass; `conflate` gives one quote per span whatever comes.
 *
 * In      Quote
 * Out     Quote, with its own (earlier) `at`
 * Emits   at the first event or clock record that is `quietMs` or more after the quote
 * State   one quote per key
 * Late    a quote earlier than the held one replaces it
 * Fails   Defect ASSERT when quietMs is not positive
 * Source  own; trailing debounce in event time
 *
 * @example
 * const quote = (ms: number) => ({ at: ms * 1000, bid: ms, ask: ms, bidSize: 0, askSize: 0 })
 * run(debounceStep({ quietMs: 10 }), [0, 4, 20, 25].map(quote)).map(q => q.bid) // => [4]
 */
export const debounce = (options: DebounceOptions): Lifted<Quote, Quote> => lift(debounceStep(options))

type Held = { -readonly [Field in keyof Quote]: Quote[Field] }

interface DebounceState {
  /** `at` of the quote that is held; NaN is none. Beside the quote: one step less to what every row asks first. */
  heldAt: number
  readonly held: Held
}

/** The pure step behind {@link debounce}. */
export const debounceStep = ({ quietMs }: DebounceOptions): Expander<DebounceState, Quote, Quote> => {
  assert(quietMs > 0, `debounce: quietMs is positive, found ${quietMs}`)
  const quietUs = quietMs * 1000
  return {
    name: `debounce(${quietMs})`,
    warmup: 1,
    init: () => ({ heldAt: Number.NaN, held: blank() }),
    tick(state, now, emit) {
      if (!(now - state.heldAt >= quietUs)) return
      state.heldAt = Number.NaN
      emit(state.held)
    },
    heldSince: state => state.heldAt,
    step(state, input) {
      const { held } = state
      held.at = input.at
      held.bid = input.bid
      held.ask = input.ask
      held.bidSize = input.bidSize
      held.askSize = input.askSize
      state.heldAt = input.at
    },
  }
}

const blank = (): Held => ({
  at: Number.NaN as Quote['at'],
  bid: Number.NaN,
  ask: Number.NaN,
  bidSize: Number.NaN,
  askSize: Number.NaN,
})
