import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface KamaOptions {
  /** Window of the efficiency ratio, in changes. Integer, at least 1. 10 is the usual. */
  readonly length: number
  /** Length of the `ema` that it is in a straight market. Integer, at least 1. 2 is the usual. */
  readonly fast: number
  /** The same in a market without direction; both weights are squared. Integer above `fast`. 30 is the usual. */
  readonly slow: number
}

/**
 * Kaufman's adaptive moving average: fast where prices go straight, slow where they go to and fro.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat market
 * Emits   one per input from number `length` on; the first is the input itself
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 1, or slow is not above fast
 * Source  Kaufman 1995, Smarter Trading: the weight is the square of efficiency * (2 / (fast + 1) - 2 / (slow + 1)) +
 *         2 / (slow + 1); a window without changes has the efficiency 0, where Stock Indicators for .NET jumps to the
 *         input
 *
 * @example
 * run(kamaStep({ length: 2, fast: 1, slow: 3 }), [1, 2, 3, 2, 2]) // => [2, 3, 2.75, 2]
 */
export const kama = (options: KamaOptions): Lifted<number, number> => lift(kamaStep(options))

interface KamaState {
  previous: number
  mean: number
  readonly inputs: Ring
  readonly changes: Sum
}

/** The pure step behind {@link kama}. */
export const kamaStep = ({ length, fast, slow }: KamaOptions): Kernel<KamaState, number, number> => {
  checkLengths('kama', { length, fast, slow }, 1)
  assert(slow > fast, `kama: slow is above fast ${fast}, found ${slow}`)
  const least = 2 / (slow + 1)
  const most = 2 / (fast + 1)
  return {
    name: `kama(${length}, ${fast}, ${slow})`,
    warmup: length,
    settle: length + 1 + inputsToForget(least * least),
    init: () => ({ previous: Number.NaN, mean: Number.NaN, inputs: ring(length), changes: sum(length) }),
    step(state, input) {
      const before = exchange(state.inputs, input)
      const change = Math.abs(input - state.previous)
      state.previous = input
      const path = Number.isNaN(change) ? Number.NaN : slideSum(state.changes, change)
      if (Number.isNaN(before)) {
        if (state.inputs.head === 0) state.mean = input
        return state.mean
      }
      const efficiency = path > 0 ? Math.abs(input - before) / path : 0
      const weight = (efficiency * (most - least) + least) ** 2
      state.mean += weight * (input - state.mean)
      return state.mean
    },
  }
}
