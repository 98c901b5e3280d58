import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { gapOf } from '../fine-mean.ts'
import { FORGOTTEN } from '../mean.ts'
import { type MeanGapState, meanGapStep } from '../mean-gap.ts'
import type { MacdOptions } from './macd.ts'

/** A line, its mean, and how far apart they are, in percent of the price. */
export interface Ppo {
  readonly ppo: number
  readonly signal: number
  /** The line less the signal. */
  readonly histogram: number
}

/**
 * Percentage price oscillator: how far a quick exponential mean is above a slow one, in percent of the slow one. It is
 * `macd` without a unit.
 *
 * In      number, a price or a volume; positive
 * Out     Ppo, percent; all 0 on a flat market; the record is reused
 * Emits   one per input from number `slow + signal - 1` on; none while the slow mean is 0, as of volumes that are all
 *         0: such an input counts in no signal
 * State   eleven numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 1, or slow is not above fast
 * Source  Achelis 2000, Technical Analysis from A to Z; each mean begins at the plain mean of its first inputs. Over
 *         volumes it is `pvo`
 *
 * @example
 * run(ppoStep({ fast: 1, slow: 2, signal: 2 }), [1, 2, 4, 4])
 * // => [{ ppo: 26.315789, signal: 29.824561, histogram: -3.508772 },
 * //     { ppo: 7.462687, signal: 14.916645, histogram: -7.453958 }]
 */
export const ppo = (options: MacdOptions): Lifted<number, Ppo> => lift(ppoStep(options))

/** The pure step behind {@link ppo}. */
export const ppoStep = (options: MacdOptions): Kernel<MeanGapState<'ppo'>, number, Ppo> =>
  meanGapStep('ppo', options, (fast, slow) =>
    slow.mean < FORGOTTEN ? Number.NaN : (100 * gapOf(fast, slow)) / slow.mean,
  )
