import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Channel, channel, placeIn, slideChannel } from '../channel.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'
import type { HighLowClose } from './adx.ts'

export interface StochasticOptions {
  /** Window of highs and lows, in bars. Integer, at least 1. 14 is the usual. */
  readonly length: number
  /** Averaging length of %K, in bars. Integer, at least 1: 1 gives the fast form, 3 the slow one. */
  readonly smooth: number
  /** Averaging length of %D, in bars. Integer, at least 1. 3 is the usual. */
  readonly signal: number
}

/** Lane's lines. */
export interface Stochastic {
  /** %K: where the closes stand, 0 at the low of the window, 100 at its high. */
  readonly k: number
  /** %D: the mean of %K. */
  readonly d: number
  /** %J: `3 * k - 2 * d`; it overshoots 0 and 100. */
  readonly j: number
}

/**
 * Stochastic oscillator: where the close stands between the lowest low and the highest high of the window.
 *
 * In      { high, low, close }, price, any unit
 * Out     Stochastic, k and d 0..100; the record is reused
 * Emits   one per bar from bar `length + smooth + signal - 2` on; none for a bar at which the window has no range: such
 *         a bar counts in no mean
 * State   `2 * length + smooth + signal` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 1
 * Source  Lane 1984, Technical Analysis of Stocks & Commodities 2(3); plain means. %J as in the KDJ of East Asia
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(stochasticStep({ length: 2, smooth: 1, signal: 2 }), [1, 2, 3, 2].map(bar))
 * // => [{ k: 66.666667, d: 66.666667, j: 66.666667 }, { k: 33.333333, d: 50.000000, j: 0 }]
 */
export const stochastic = (options: StochasticOptions): Lifted<HighLowClose, Stochastic> =>
  lift(stochasticStep(options))

interface StochasticState {
  readonly channel: Channel
  readonly k: Sum
  readonly d: Sum
  readonly out: { -readonly [name in keyof Stochastic]: Stochastic[name] }
}

/** The pure step behind {@link stochastic}. */
export const stochasticStep = ({
  length,
  smooth,
  signal,
}: StochasticOptions): Kernel<StochasticState, HighLowClose, Stochastic> => {
  checkLengths('stochastic', { length, smooth, signal }, 1)
  return {
    name: `stochastic(${length}, ${smooth}, ${signal})`,
    warmup: length + smooth + signal - 2,
    init: () => ({ channel: channel(length), k: sum(smooth), d: sum(signal), out: { k: 0, d: 0, j: 0 } }),
    step(state, { high, low, close }) {
      if (!slideChannel(state.channel, high, low)) return undefined
      const place = 100 * placeIn(state.channel, close)
      if (Number.isNaN(place)) return undefined
      const k = slideSum(state.k, place) / smooth
      if (Number.isNaN(k)) return undefined
      const d = slideSum(state.d, k) / signal
      if (Number.isNaN(d)) return undefined
      const { out } = state
      out.k = k
      out.d = d
      out.j = 3 * k - 2 * d
      return out
    },
  }
}
