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
}

/**
 * Resamples prices or trades to bars of equal spans.
 *
 * An input at exactly the end of a span belongs to the next one.
 *
 * In      number, price in quote currency; or Trade
 * Out     Bar, prices as the input; volume 0 for plain prices; `at` is the end of the span
 * Emits   at the first event or clock record at or after the end of the span; a span without inputs gives no bar
 * State   one bar per key
 * Late    a late input belongs to the latest span: a bar that was closed is not opened again
 * Fails   Defect ASSERT when spanMs is not positive
 * Source  definition
 *
 * @example
 * runAt(timeBarsStep({ spanMs: 1 }), [[0, 5], [500, 7], [1000, 6]]).map(bar => bar.close) // => [7]
 */
export const timeBars = (options: TimeBarsOptions): Lifted<number | Trade, Bar> => lift(timeBarsStep(options))

interface TimeBarsState {
  now: number
  /** Of the bar in the making; NaN is none. Beside the bar and not read from it: the hot path touches less memory. */
  end: number
  readonly bar: Forming
}

/** The pure step behind {@link timeBars}. */
export const timeBarsStep = ({ spanMs }: TimeBarsOptions): Expander<TimeBarsState, number | Trade, Bar> => {
  assert(spanMs > 0, `timeBars: spanMs is positive, found ${spanMs}`)
  const spanUs = spanMs * 1000
  return {
    name: `timeBars(${spanMs})`,
    warmup: 1,
    init: () => ({ now: Number.NaN, end: Number.NaN, bar: noBar() }),
    tick(state, now, emit) {
      if (!(now < state.now)) state.now = now
      if (!(now >= state.end)) return
      state.end = Number.NaN
      emit(state.bar)
    },
    step(state, input) {
      const { bar } = state
      const isPrice = typeof input === 'number'
      const price = isPrice ? input : input.price
      if (Number.isNaN(state.end)) {
        const start = Math.floor(state.now / spanUs) * spanUs
        openBar(bar, start, price)
        state.end = start + spanUs
        bar.at = state.end as Micros
      }
      if (price > bar.high) bar.high = price
      if (price < bar.low) bar.low = price
      bar.close = price
      if (!isPrice) bar.volume += input.size
      bar.count += 1
    },
  }
}
