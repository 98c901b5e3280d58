import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Moments, moments, slide } from '../../engine/flow/moments.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'

export interface AwesomeOscillatorOptions {
  /** The short window, in bars. Integer, at least 1. 5 is the usual. */
  readonly fast: number
  /** The long window. Integer above `fast`. 34 is the usual. */
  readonly slow: number
}

/**
 * Awesome oscillator: how far the plain mean of recent median prices is above that of a longer window.
 *
 * As an input of a model divide it by the price or by a range such as `atr`: its unit is that of the price.
 *
 * In      { high, low }, price, any unit
 * Out     number, unit of the prices; 0 on a flat market
 * Emits   one per bar from bar `slow` on
 * State   `fast + slow` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 1, or slow is not above fast
 * Source  Williams 1998, New Trading Dimensions
 *
 * @example
 * const bar = (price: number) => ({ high: price + 1, low: price - 1 })
 * run(awesomeOscillatorStep({ fast: 1, slow: 3 }), [1, 2, 6, 7].map(bar)) // => [3, 2]
 */
export const awesomeOscillator = (options: AwesomeOscillatorOptions): Lifted<Pick<Bar, 'high' | 'low'>, number> =>
  lift(awesomeOscillatorStep(options))

interface AwesomeOscillatorState {
  readonly fast: Moments
  readonly slow: Moments
}

/** The pure step behind {@link awesomeOscillator}. */
export const awesomeOscillatorStep = ({
  fast,
  slow,
}: AwesomeOscillatorOptions): Kernel<AwesomeOscillatorState, Pick<Bar, 'high' | 'low'>, number> => {
  checkLengths('awesomeOscillator', { fast, slow }, 1)
  assert(slow > fast, `awesomeOscillator: slow is above fast ${fast}, found ${slow}`)
  return {
    name: `awesomeOscillator(${fast}, ${slow})`,
    warmup: slow,
    init: () => ({ fast: moments(fast), slow: moments(slow) }),
    step(state, { high, low }) {
      const price = (high + low) / 2
      slide(state.fast, price, fast)
      slide(state.slow, price, slow)
      // Sums are distances from a price of each window, so that the difference keeps its digits.
      const apart = state.fast.shift - state.slow.shift
      return apart + state.fast.sum / fast - state.slow.sum / slow
    },
  }
}
