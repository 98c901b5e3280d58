import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Channel, channel, slideChannel } from '../channel.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { FORGOTTEN, type Mean, noMean, slideMean } from '../mean.ts'
import type { HighLowClose } from './adx.ts'

export interface SmiOptions {
  /** Window of highs and lows, in bars. Integer, at least 1. 13 is the usual. */
  readonly length: number
  /** First averaging length, in bars. Integer, at least 1. 25 is the usual. */
  readonly first: number
  /** Second averaging length. Integer, at least 1. 2 is the usual. */
  readonly second: number
  /** Averaging length of the signal. Integer, at least 1. 3 is the usual. */
  readonly signal: number
}

/** A line and its mean. */
export interface Smi {
  readonly smi: number
  readonly signal: number
}

/**
 * Stochastic momentum index: how far the close is from the middle of its window, in half ranges, both twice smoothed.
 * It wanders less than `stochastic`.
 *
 * In      { high, low, close }, price, any unit
 * Out     Smi, -100..100; the record is reused
 * Emits   one per bar from bar `length` on; none while nothing moves: before the first window with a range, and after a
 *         stand of ten thousand bars; such a bar counts in no signal
 * State   `2 * length` numbers per key, and twelve
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 1
 * Source  Blau 1993, Technical Analysis of Stocks & Commodities 11(1); all means begin at their first input, as in
 *         Skender's Stock Indicators
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(smiStep({ length: 2, first: 1, second: 1, signal: 3 }), [1, 2, 2].map(bar))
 * // => [{ smi: 33.333333, signal: 33.333333 }, { smi: 0, signal: 16.666667 }]
 */
export const smi = (options: SmiOptions): Lifted<HighLowClose, Smi> => lift(smiStep(options))

interface SmiState {
  readonly channel: Channel
  readonly distances: Mean
  readonly smoothDistances: Mean
  readonly ranges: Mean
  readonly smoothRanges: Mean
  readonly signal: Mean
  readonly out: { smi: number; signal: number }
}

/** The pure step behind {@link smi}. */
export const smiStep = ({ length, first, second, signal }: SmiOptions): Kernel<SmiState, HighLowClose, Smi> => {
  checkLengths('smi', { length, first, second, signal }, 1)
  const [slow, quick, last] = [2 / (first + 1), 2 / (second + 1), 2 / (signal + 1)]
  return {
    name: `smi(${length}, ${first}, ${second}, ${signal})`,
    warmup: length,
    settle: length + [slow, quick, last].map(inputsToForget).reduce((sum, inputs) => sum + inputs),
    init: () => ({
      channel: channel(length),
      distances: noMean(),
      smoothDistances: noMean(),
      ranges: noMean(),
      smoothRanges: noMean(),
      signal: noMean(),
      out: { smi: 0, signal: 0 },
    }),
    step(state, { high, low, close }) {
      const { channel, distances, smoothDistances, ranges, smoothRanges, out } = state
      if (!slideChannel(channel, high, low)) return undefined
      slideMean(distances, close - channel.top + (close - channel.bottom), 1, slow)
      slideMean(ranges, channel.top - channel.bottom, 1, slow)
      slideMean(smoothDistances, distances.mean, 1, quick)
      slideMean(smoothRanges, ranges.mean, 1, quick)
      const range = smoothRanges.mean
      if (range < FORGOTTEN) return undefined
      out.smi = 100 * (smoothDistances.mean / range)
      slideMean(state.signal, out.smi, 1, last)
      out.signal = state.signal.mean
      return out
    },
  }
}
