import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { type MoneyFlowBar, moneyFlowVolume } from '../money-flow.ts'

export interface ChaikinOscillatorOptions {
  /** Length of the quick mean, in bars. Integer, at least 1. 3 is the usual. */
  readonly fast: number
  /** Length of the slow mean, in bars. Integer above `fast`. 10 is the usual. */
  readonly slow: number
}

/**
 * Chaikin oscillator: how far a quick exponential mean of the accumulation and distribution line is above a slow one.
 * The line's level cancels out, so it depends on recent bars alone.
 *
 * In      a bar's { high, low, close, volume }, quote currency and base units
 * Out     number, base units; goes to 0 on a flat market and where nothing is traded
 * Emits   one per bar from bar `slow` on
 * State   three numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 1, or slow is not above fast
 * Source  Chaikin; Achelis 2000, Technical Analysis from A to Z; each mean begins at the plain mean of its first inputs
 *
 * @example
 * const bar = (close: number, volume: number) => ({ high: 4, low: 0, close, volume })
 * run(chaikinOscillatorStep({ fast: 1, slow: 2 }), [bar(4, 3), bar(2, 5), bar(4, 6), bar(2, 1)]) // => [0, 2, 0.666667]
 */
export const chaikinOscillator = (options: ChaikinOscillatorOptions): Lifted<MoneyFlowBar, number> =>
  lift(chaikinOscillatorStep(options))

interface ChaikinOscillatorState {
  seen: number
  /** How far each mean is above the line itself: what must be known of them, without the line's level. */
  fast: number
  slow: number
}

/** The pure step behind {@link chaikinOscillator}. */
export const chaikinOscillatorStep = ({
  fast,
  slow,
}: ChaikinOscillatorOptions): Kernel<ChaikinOscillatorState, MoneyFlowBar, number> => {
  checkLengths('chaikinOscillator', { fast, slow }, 1)
  assert(slow > fast, `chaikinOscillator: slow is above fast ${fast}, found ${slow}`)
  return {
    name: `chaikinOscillator(${fast}, ${slow})`,
    warmup: slow,
    settle: slow + inputsToForget(2 / (slow + 1)),
    init: () => ({ seen: 0, fast: 0, slow: 0 }),
    step(state, bar) {
      const rise = moneyFlowVolume(bar)
      state.seen += 1
      state.fast = (state.fast - rise) * (1 - weightOf(state.seen, fast))
      state.slow = (state.slow - rise) * (1 - weightOf(state.seen, slow))
      return state.seen < slow ? Number.NaN : state.fast - state.slow
    },
  }
}

/** Of the input with this number, counted from 1: the plain mean of the first `length`, then the exponential one. */
const weightOf = (seen: number, length: number): number => (seen <= length ? 1 / seen : 2 / (length + 1))
