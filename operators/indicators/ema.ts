import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'

export interface EmaOptions {
  /** Averaging length, in inputs. Integer, at least 1. */
  readonly length: number
  /** Where it starts from: the plain 'mean' of the first `length` inputs, the usual, or the 'first' input. */
  readonly seed?: 'mean' | 'first'
}

/**
 * Exponential moving average: each step moves the mean towards the input by 2 / (length + 1).
 *
 * Recent inputs weigh more than old ones; `sma` weighs all inputs of its window the same.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat market
 * Emits   one per input from number `length` on; the first is the plain mean so far, unless `seed` is 'first'
 * State   two numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Hunter 1986, Journal of Quality Technology 18(4); 2 / (n + 1) and the seed are the trading convention
 *
 * @example
 * run(emaStep({ length: 3 }), [1, 2, 3, 4, 5, 5]) // => [2, 3, 4, 4.5]
 * run(emaStep({ length: 3, seed: 'first' }), [1, 2, 3, 4, 5, 5]) // => [2.25, 3.125, 4.0625, 4.53125]
 */
export const ema = (options: EmaOptions): Lifted<number, number> => lift(emaStep(options))

interface EmaState {
  seen: number
  mean: number
}

/** The pure step behind {@link ema}. */
export const emaStep = ({ length, seed = 'mean' }: EmaOptions): Kernel<EmaState, number, number> => {
  assert(Number.isInteger(length) && length >= 1, `ema: length is an integer of at least 1, found ${length}`)
  const weight = 2 / (length + 1)
  return {
    name: `ema(${length}${seed === 'first' ? ', first' : ''})`,
    warmup: length,
    // The weight of the start after k more inputs is (1 - weight)^k; e^-37 is below one part in 2^53.
    settle: length + (length === 1 ? 0 : Math.ceil(37 / -Math.log1p(-weight))),
    init: () => ({ seen: 0, mean: Number.NaN }),
    step(state, input) {
      if (state.seen < length) {
        start(state, input, seed === 'first' ? weight : Number.NaN)
        if (state.seen < length) return Number.NaN
      } else state.mean += weight * (input - state.mean)
      return state.mean
    },
  }
}

/** With a weight of NaN the plain mean of the first inputs. */
const start = (state: EmaState, input: number, weight: number): void => {
  state.seen += 1
  if (state.seen === 1) state.mean = input
  else if (Number.isNaN(weight)) state.mean += (input - state.mean) / state.seen
  else state.mean += weight * (input - state.mean)
}
