import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Quote } from '../../engine/market/quote.ts'

export interface ConflateOptions {
  /** Quotes within so long after the first of a group become one, milliseconds of event time. Positive. */
  readonly withinMs: number
}

/** The last quote of a group, with the extremes of all of them. */
export interface Conflated extends Quote {
  readonly bidHigh: number
  readonly bidLow: number
  readonly askHigh: number
  readonly askLow: number
  /** Quotes in the group. */
  readonly count: number
}

/**
 * At most one quote per span: the last of those that came within `withinMs` after the first, with their extremes.
 *
 * Nothing that a stop or a bar depends on is lost. `debounce` waits for quiet instead, and keeps no extremes.
 *
 * In      Quote
 * Out     Conflated: a Quote with the `at` of the last of its group, and bidHigh, bidLow, askHigh, askLow, count
 * Emits   at the first event or clock record that is `withinMs` or more after the first quote of the group
 * State   one group per key
 * Late    a quote earlier than the last joins the open group and counts as its last
 * Fails   Defect ASSERT when withinMs is not positive
 * Source  own; throttling by groups in event time
 *
 * @example
 * const quote = (ms: number) => ({ at: ms * 1000, bid: ms, ask: ms, bidSize: 0, askSize: 0 })
 * const groups = run(conflateStep({ withinMs: 10 }), [0, 4, 20, 25, 31].map(quote))
 * groups.map(q => [q.bid, q.bidLow]) // => [[4, 0], [25, 20]]
 */
export const conflate = (options: ConflateOptions): Lifted<Quote, Conflated> => lift(conflateStep(options))

type Group = { -readonly [Field in keyof Conflated]: Conflated[Field] }

interface ConflateState {
  /** The end of the open group, microseconds. */
  until: number
  readonly group: Group
}

/** The pure step behind {@link conflate}. */
export const conflateStep = ({ withinMs }: ConflateOptions): Expander<ConflateState, Quote, Conflated> => {
  assert(withinMs > 0, `conflate: withinMs is positive, found ${withinMs}`)
  const withinUs = withinMs * 1000
  return {
    name: `conflate(${withinMs})`,
    warmup: 1,
    init: () => ({ until: Number.NaN, group: blank() }),
    tick(state, now, emit) {
      // `until` is NaN while no group is open.
      if (!(now >= state.until)) return
      state.until = Number.NaN
      emit(state.group)
    },
    heldSince: state => state.until - withinUs,
    step(state, input) {
      const { group } = state
      if (Number.isNaN(state.until)) {
        state.until = input.at + withinUs
        open(group, input)
      }
      add(group, input)
    },
  }
}

const open = (group: Group, { bid, ask }: Quote): void => {
  group.bidHigh = bid
  group.bidLow = bid
  group.askHigh = ask
  group.askLow = ask
  group.count = 0
}

const add = (group: Group, { at, bid, ask, bidSize, askSize }: Quote): void => {
  group.at = at
  group.bid = bid
  group.ask = ask
  group.bidSize = bidSize
  group.askSize = askSize
  if (bid > group.bidHigh) group.bidHigh = bid
  if (bid < group.bidLow) group.bidLow = bid
  if (ask > group.askHigh) group.askHigh = ask
  if (ask < group.askLow) group.askLow = ask
  group.count += 1
}

const blank = (): Group => ({
  at: Number.NaN as Quote['at'],
  bid: Number.NaN,
  ask: Number.NaN,
  bidSize: Number.NaN,
  askSize: Number.NaN,
  bidHigh: Number.NaN,
  bidLow: Number.NaN,
  askHigh: Number.NaN,
  askLow: Number.NaN,
  count: 0,
})
