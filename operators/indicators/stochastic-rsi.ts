import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Channel, channel, placeIn, slideChannel } from '../channel.ts'
import { checkLengths } from '../lengths.ts'
import { type StateOf, settleOf } from '../parts.ts'
import { type Sum, slideSum, sum } from '../sum.ts'
import { rsiStep } from './rsi.ts'

export interface StochasticRsiOptions {
  /** Averaging length of the `rsi`, in changes. Integer, at least 1. 14 is the usual. */
  readonly length: number
  /** How many of its values are the window. Integer, at least 2. 14 is the usual. */
  readonly window: number
  /** Averaging length of %K. Integer, at least 1: 1 is the original, 3 what charts show. */
  readonly smooth: number
  /** Averaging length of %D. Integer, at least 1. 3 is the usual. */
  readonly signal: number
}

/** The lines, 0..100. */
export interface StochasticRsi {
  readonly k: number
  /** The mean of `k`. */
  readonly d: number
}

/**
 * Stochastic RSI: where the relative strength index stands between its lowest and highest value of late. It reaches 0
 * and 100 often, however little the price has moved.
 *
 * In      number, price, any unit
 * Out     StochasticRsi, 0..100; the record is reused
 * Emits   one per input from number `length + window + smooth + signal - 2` on; none for an input at which the window
 *         of indexes has no range, as where prices stand still: such an input counts in no mean
 * State   `2 * window + smooth + signal` numbers per key, and four
 * Late    not seen: works by order; a gap counts as one change
 * Fails   Defect ASSERT when a length is not an integer of at least 1, or window not one of at least 2
 * Source  Chande and Kroll 1994, The New Technical Trader; plain means
 *
 * @example
 * run(stochasticRsiStep({ length: 2, window: 2, smooth: 1, signal: 2 }), [1, 2, 3, 2, 4]) // => [{ k: 100, d: 50 }]
 */
export const stochasticRsi = (options: StochasticRsiOptions): Lifted<number, StochasticRsi> =>
  lift(stochasticRsiStep(options))

interface StochasticRsiState {
  readonly rsi: StateOf<typeof rsiStep>
  readonly channel: Channel
  readonly k: Sum
  readonly d: Sum
  readonly out: { k: number; d: number }
}

/** While prices stand still the index does so too, but for rounding, and rounding would be stretched to 0..100. */
const LEAST_RANGE = 1e-9

/** The pure step behind {@link stochasticRsi}. */
export const stochasticRsiStep = ({
  length,
  window,
  smooth,
  signal,
}: StochasticRsiOptions): Kernel<StochasticRsiState, number, StochasticRsi> => {
  checkLengths('stochasticRsi', { length, smooth, signal }, 1)
  checkLengths('stochasticRsi', { window }, 2)
  const rsi = rsiStep({ length })
  const behind = window + smooth + signal - 2
  return {
    name: `stochasticRsi(${length}, ${window}, ${smooth}, ${signal})`,
    warmup: length + behind,
    settle: settleOf(rsi) + behind,
    init: () => ({
      rsi: rsi.init(),
      channel: channel(window),
      k: sum(smooth),
      d: sum(signal),
      out: { k: 0, d: 0 },
    }),
    step(state, input) {
      const index = rsi.step(state.rsi, input)!
      if (Number.isNaN(index) || !slideChannel(state.channel, index, index)) return undefined
      if (state.channel.top - state.channel.bottom < LEAST_RANGE) return undefined
      const k = slideSum(state.k, 100 * placeIn(state.channel, index)) / smooth
      if (Number.isNaN(k)) return undefined
      const d = slideSum(state.d, k) / signal
      if (Number.isNaN(d)) return undefined
      state.out.k = k
      state.out.d = d
      return state.out
    },
  }
}
