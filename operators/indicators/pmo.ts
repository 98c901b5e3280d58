import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { type Mean, noMean, slideMean } from '../mean.ts'
import { percentChange } from './rate-of-change.ts'

export interface PmoOptions {
  /** First averaging length, in changes. Integer, at least 2. 35 is the usual. */
  readonly long: number
  /** Second averaging length. Integer, at least 2. 20 is the usual. */
  readonly short: number
  /** Averaging length of the signal. Integer, at least 1. 10 is the usual. */
  readonly signal: number
}

/** A line and its mean. */
export interface Pmo {
  readonly pmo: number
  readonly signal: number
}

/**
 * Price momentum oscillator: twice smoothed changes from one price to the next.
 *
 * In      number, price; positive, as the door admits them
 * Out     Pmo, tenths of a percent per input; both 0 on a flat market; the record is reused
 * Emits   one per input from number `long + short + signal - 1` on
 * State   nine numbers per key
 * Late    not seen: works by order; a gap counts as one change
 * Fails   Defect ASSERT when long or short is not an integer of at least 2, or signal not one of at least 1
 * Source  Swenlin, DecisionPoint: the means move by 2 / length, the signal by 2 / (length + 1); each begins at the
 *         plain mean of its first inputs
 *
 * @example
 * run(pmoStep({ long: 2, short: 2, signal: 1 }), [4, 5, 6, 9]) // => [{ pmo: 362.5, signal: 362.5 }]
 */
export const pmo = (options: PmoOptions): Lifted<number, Pmo> => lift(pmoStep(options))

interface PmoState {
  previous: number
  readonly once: Mean
  readonly twice: Mean
  readonly signal: Mean
  readonly out: { pmo: number; signal: number }
}

/** The pure step behind {@link pmo}. */
export const pmoStep = ({ long, short, signal }: PmoOptions): Kernel<PmoState, number, Pmo> => {
  checkLengths('pmo', { long, short }, 2)
  checkLengths('pmo', { signal }, 1)
  const [slow, quick, last] = [2 / long, 2 / short, 2 / (signal + 1)]
  return {
    name: `pmo(${long}, ${short}, ${signal})`,
    warmup: long + short + signal - 1,
    settle: long + short + signal + [slow, quick, last].map(inputsToForget).reduce((sum, inputs) => sum + inputs),
    init: () => ({
      previous: Number.NaN,
      once: noMean(),
      twice: noMean(),
      signal: noMean(),
      out: { pmo: 0, signal: 0 },
    }),
    step(state, input) {
      const change = percentChange(input, state.previous)
      state.previous = input
      if (Number.isNaN(change) || !slideMean(state.once, change, long, slow)) return undefined
      if (!slideMean(state.twice, 10 * state.once.mean, short, quick)) return undefined
      const { out } = state
      out.pmo = state.twice.mean
      if (!slideMean(state.signal, out.pmo, signal, last)) return undefined
      out.signal = state.signal.mean
      return out
    },
  }
}
