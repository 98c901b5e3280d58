import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { gapOf } from '../fine-mean.ts'
import { type MeanGapState, meanGapStep } from '../mean-gap.ts'

export interface MacdOptions {
  /** Length of the quick mean, in inputs. Integer, at least 1. 12 is the usual. */
  readonly fast: number
  /** Length of the slow mean, in inputs. Integer above `fast`. 26 is the usual. */
  readonly slow: number
  /** Averaging length of the signal, in inputs. Integer, at least 1. 9 is the usual. */
  readonly signal: number
}

/** A line, its mean, and how far apart they are. */
export interface Macd {
  readonly macd: number
  readonly signal: number
  /** The line less the signal. */
  readonly histogram: number
}

/**
 * Moving average convergence and divergence: how far a quick exponential mean is above a slow one.
 *
 * The line alone is what others call the absolute price oscillator. Its unit is that of the price: to compare markets,
 * and as an input of a model, take `ppo`.
 *
 * In      number, price, any unit; finite
 * Out     Macd, unit of the input; all 0 on a flat market; the record is reused
 * Emits   one per input from number `slow + signal - 1` on
 * State   eleven numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 1, or slow is not above fast
 * Source  Appel 1979, The Moving Average Convergence-Divergence Trading Method; each mean begins at the plain mean of
 *         its first inputs. TA-Lib begins the fast one with the slow one: it differs until both have forgotten
 *
 * @example
 * run(macdStep({ fast: 1, slow: 2, signal: 2 }), [1, 2, 4, 4])
 * // => [{ macd: 0.833333, signal: 0.666667, histogram: 0.166667 },
 * //     { macd: 0.277778, signal: 0.407407, histogram: -0.12963 }]
 */
export const macd = (options: MacdOptions): Lifted<number, Macd> => lift(macdStep(options))

/** The pure step behind {@link macd}. */
export const macdStep = (options: MacdOptions): Kernel<MeanGapState<'macd'>, number, Macd> =>
  meanGapStep('macd', options, gapOf)
