import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Trade } from '../../engine/market/trade.ts'
import type { Micros } from '../../engine/market/units.ts'
import { type Forming, noBar, openBar } from '../forming.ts'

export interface TimeBarsOptions {
  /** Span of one bar, milliseconds of event time. Positive. Spans are counted from the epoch, UTC. */
  readonly spanMs: number
  /** What an input at exactly the end of a span does: 'opens' the next bar, the usual, or 'closes' its own. */
  readonly boundary?: 'opens' | 'closes'
}

/**
 * Resamples prices or trades to bars of equal spans.
 *
 * An input at exactly the end of a span belongs to the next one; both ways are in use. With `boundary: 'closes'` it is
 * the last of its own and gives the bar at once: so quotes that were made from bars, whose close stands at the stamp,
 * give the same bars again. Of several at that moment the first closes, the others belong to the next span.
 *
 * In      number, price in quote currency; or Trade
 * Out     Bar, prices as the input; volume 0 for plain prices; `at` is the end of the span
 * Emits   at the first event or clock record at or after the end of the span, with 'closes' after it, or at an input at
 *         the end; a span without inputs gives no bar
 * State   one bar per key
 * Late    a late input belongs to the latest span: a bar that was closed is not opened again
 * Fails   Defect ASSERT when spanMs is not positive
 * Source  definition
 *
 * @example
 * const ticks = [[0, 5], [500, 7], [1000, 6]]
 * runAt(timeBarsStep({ spanMs: 1 }), ticks).map(bar => bar.close) // => [7]
 * runAt(timeBarsStep({ spanMs: 1, boundary: 'closes' }), ticks).map(bar => bar.close) // => [5, 6]
 */
export const timeBars = (options: TimeBarsOptions): Lifted<number | Trade, Bar> => lift(timeBarsStep(options))

interface TimeBarsState {
  now: number
  /** Of the bar in the making; NaN is none. Beside the bar and not read from it: the hot path touches less memory. */
  end: number
  readonly bar: Forming
}

/** The pure step behind {@link timeBars}. */
export const timeBarsStep = (options: TimeBarsOptions): Expander<TimeBarsState, number | Trade, Bar> => {
  const { spanMs, boundary = 'opens' } = options
  assert(spanMs > 0, `timeBars: spanMs is positive, found ${spanMs}`)
  const spanUs = spanMs * 1000
  const isClosing = boundary === 'closes'
  return {
    name: `timeBars(${spanMs}${isClosing ? ', closes' : ''})`,
    warmup: 1,
    init: () => ({ now: Number.NaN, end: Number.NaN, bar: noBar() }),
    tick(state, now, emit) {
      if (!(now < state.now)) state.now = now
      if (!(isClosing ? now > state.end : now >= state.end)) return
      state.end = Number.NaN
      emit(state.bar)
    },
    step(state, input, emit) {
      const { bar } = state
      const isPrice = typeof input === 'number'
      const price = isPrice ? input : input.price
      if (Number.isNaN(state.end)) {
        // The bar still has the end of the one before: what stands there was closed.
        const isOpened = !isClosing || state.now === bar.at
        const end = (isOpened ? Math.floor(state.now / spanUs) + 1 : Math.ceil(state.now / spanUs)) * spanUs
        openBar(bar, end - spanUs, price)
        state.end = end
        bar.at = end as Micros
      }
      if (price > bar.high) bar.high = price
      if (price < bar.low) bar.low = price
      bar.close = price
      if (!isPrice) bar.volume += input.size
      bar.count += 1
      if (isClosing && state.now === state.end) {
        state.end = Number.NaN
        emit(bar)
      }
    },
  }
}
