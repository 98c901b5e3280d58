import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type Forming, noBar, openBar } from '../forming.ts'

export interface BarsFromBarsOptions {
  /** Span of a longer bar, milliseconds of event time: a multiple of the shorter ones. Counted from the epoch, UTC. */
  readonly spanMs: number
}

/**
 * Resamples bars to longer ones. A bar belongs to the span in which it starts.
 *
 * Several timeframes in lockstep are several of these in one `together`, on the shortest: each vector then has of every
 * timeframe the last bar that was complete.
 *
 * In      Bar
 * Out     Bar; `start` and `at` are those of the span; volume and count are sums
 * Emits   with the bar that ends the span; where that one is missing, with the next bar, which may end its own span,
 *         too. A span without bars gives none
 * State   one bar per key
 * Late    a bar of an earlier span counts into the one in the making
 * Fails   Defect ASSERT when spanMs is not positive
 * Source  definition
 *
 * @example
 * const bar = (second: number, close: number) =>
 *   ({ start: (second - 1) * 1e6, at: second * 1e6, open: 5, high: 9, low: 1, close, volume: 2, count: 1 })
 * const bars = run(barsFromBarsStep({ spanMs: 3000 }), [bar(1, 4), bar(2, 6), bar(3, 7), bar(4, 3)])
 * bars.map(bar => [bar.close, bar.volume]) // => [[7, 6]]
 */
export const barsFromBars = (options: BarsFromBarsOptions): Lifted<Bar, Bar> => lift(barsFromBarsStep(options))

interface BarsFromBarsState {
  isOpen: boolean
  readonly bar: Forming
}

/** The pure step behind {@link barsFromBars}. */
export const barsFromBarsStep = ({ spanMs }: BarsFromBarsOptions): Expander<BarsFromBarsState, Bar, Bar> => {
  assert(spanMs > 0, `barsFromBars: spanMs is positive, found ${spanMs}`)
  const spanUs = spanMs * 1000
  return {
    name: `barsFromBars(${spanMs})`,
    warmup: 1,
    init: () => ({ isOpen: false, bar: noBar() }),
    // Time alone does not end a span: the bar that does may still be on its way.
    step(state, input, emit) {
      const { bar } = state
      if (state.isOpen && input.start >= bar.at) {
        state.isOpen = false
        emit(bar)
      }
      if (!state.isOpen) {
        const start = Math.floor(input.start / spanUs) * spanUs
        openBar(bar, start, input.open)
        bar.at = (start + spanUs) as Bar['at']
      }
      if (input.high > bar.high) bar.high = input.high
      if (input.low < bar.low) bar.low = input.low
      bar.close = input.close
      bar.volume += input.volume
      bar.count += input.count
      state.isOpen = input.at < bar.at
      if (!state.isOpen) emit(bar)
    },
  }
}
