import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { FORGOTTEN, type Mean, noMean, slideMean } from '../mean.ts'

export interface TsiOptions {
  /** First averaging length, in changes. Integer, at least 1. 25 is the usual. */
  readonly long: number
  /** Second averaging length. Integer, at least 1. 13 is the usual. */
  readonly short: number
  /** Averaging length of the signal. Integer, at least 1. 7 is the usual, and 13. */
  readonly signal: number
}

/** A line and its mean. */
export interface Tsi {
  readonly tsi: number
  readonly signal: number
}

/**
 * True strength index: changes as a share of their sizes, both twice smoothed; 100 in a market that only rises.
 *
 * In      number, price, any unit; finite
 * Out     Tsi, -100..100; the record is reused
 * Emits   one per input from number `long + short + signal - 1` on; none while nothing moves: before the first move,
 *         and after a stand of ten thousand inputs; such an input counts in no signal
 * State   thirteen numbers per key
 * Late    not seen: works by order; a gap counts as one change
 * Fails   Defect ASSERT when a length is not an integer of at least 1
 * Source  Blau 1991, Technical Analysis of Stocks & Commodities 9(11); each mean begins at the plain mean of its first
 *         inputs
 *
 * @example
 * run(tsiStep({ long: 2, short: 1, signal: 2 }), [1, 2, 4, 3, 3])
 * // => [{ tsi: -14.285714, signal: 42.857143 }, { tsi: -14.285714, signal: 4.761905 }]
 */
export const tsi = (options: TsiOptions): Lifted<number, Tsi> => lift(tsiStep(options))

interface TsiState {
  previous: number
  readonly changes: Mean
  readonly smoothChanges: Mean
  readonly sizes: Mean
  readonly smoothSizes: Mean
  readonly signal: Mean
  readonly out: { tsi: number; signal: number }
}

/** The pure step behind {@link tsi}. */
export const tsiStep = ({ long, short, signal }: TsiOptions): Kernel<TsiState, number, Tsi> => {
  checkLengths('tsi', { long, short, signal }, 1)
  const [slow, quick, last] = [2 / (long + 1), 2 / (short + 1), 2 / (signal + 1)]
  return {
    name: `tsi(${long}, ${short}, ${signal})`,
    warmup: long + short + signal - 1,
    settle: long + short + signal + [slow, quick, last].map(inputsToForget).reduce((sum, inputs) => sum + inputs),
    init: () => ({
      previous: Number.NaN,
      changes: noMean(),
      smoothChanges: noMean(),
      sizes: noMean(),
      smoothSizes: noMean(),
      signal: noMean(),
      out: { tsi: 0, signal: 0 },
    }),
    step(state, input) {
      const { changes, smoothChanges, sizes, smoothSizes, out } = state
      const change = input - state.previous
      state.previous = input
      if (Number.isNaN(change)) return undefined
      slideMean(sizes, Math.abs(change), long, slow)
      if (!slideMean(changes, change, long, slow)) return undefined
      slideMean(smoothSizes, sizes.mean, short, quick)
      if (!slideMean(smoothChanges, changes.mean, short, quick)) return undefined
      const size = smoothSizes.mean
      if (size < FORGOTTEN) return undefined
      out.tsi = 100 * (smoothChanges.mean / size)
      if (!slideMean(state.signal, out.tsi, signal, last)) return undefined
      out.signal = state.signal.mean
      return out
    },
  }
}
