import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Cascade, cascade, FORGOTTEN, slideCascade } from '../cascade.ts'
import { type FineMean, fineMean, gapOf, slideFineMean } from '../fine-mean.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
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

interface PpoState {
  readonly fast: FineMean
  readonly slow: FineMean
  readonly signal: Cascade
  readonly out: { -readonly [name in keyof Ppo]: Ppo[name] }
}

/** The pure step behind {@link ppo}. */
export const ppoStep = ({ fast, slow, signal }: MacdOptions): Kernel<PpoState, number, Ppo> => {
  checkLengths('ppo', { fast, slow, signal }, 1)
  assert(slow > fast, `ppo: slow is above fast ${fast}, found ${slow}`)
  return {
    name: `ppo(${fast}, ${slow}, ${signal})`,
    warmup: slow + signal - 1,
    settle: slow + signal + inputsToForget(2 / (slow + 1)) + inputsToForget(2 / (signal + 1)),
    init: () => ({
      fast: fineMean(),
      slow: fineMean(),
      signal: cascade(1),
      out: { ppo: 0, signal: 0, histogram: 0 },
    }),
    step(state, input) {
      slideFineMean(state.fast, input, fast)
      if (!slideFineMean(state.slow, input, slow) || state.slow.mean < FORGOTTEN) return undefined
      const line = (100 * gapOf(state.fast, state.slow)) / state.slow.mean
      if (!slideCascade(state.signal, line, signal, 2 / (signal + 1))) return undefined
      const { out } = state
      out.ppo = line
      out.signal = state.signal.means[0]!
      out.histogram = line - out.signal
      return out
    },
  }
}
