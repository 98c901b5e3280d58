import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { deviation, type Moments, moments, slide } from '../../engine/flow/moments.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface DpoOptions {
  /** Window of the mean, in inputs. Integer, at least 1. 20 is the usual. */
  readonly length: number
}

/**
 * Detrended price oscillator: how far the price of half a window ago was above the mean of the window that ends now.
 *
 * Charts draw this value at the price it tells of, `floor(length / 2) + 1` inputs back, where nobody knew it yet: read
 * as history, such a chart looks ahead. Here it comes with the input that makes it known.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; 0 on a flat market
 * Emits   one per input from number `max(length, floor(length / 2) + 2)` on
 * State   `1.5 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Achelis 2000, Technical Analysis from A to Z, without the shift
 *
 * @example
 * run(dpoStep({ length: 4 }), [1, 2, 3, 4, 8]) // => [-1.5, -2.25]
 */
export const dpo = (options: DpoOptions): Lifted<number, number> => lift(dpoStep(options))

interface DpoState {
  readonly inputs: Ring
  readonly mean: Moments
}

/** The pure step behind {@link dpo}. */
export const dpoStep = ({ length }: DpoOptions): Kernel<DpoState, number, number> => {
  checkLengths('dpo', { length }, 1)
  const lag = Math.floor(length / 2) + 1
  return {
    name: `dpo(${length})`,
    warmup: Math.max(length, lag + 1),
    init: () => ({ inputs: ring(lag), mean: moments(length) }),
    step(state, input) {
      slide(state.mean, input, length)
      return deviation(state.mean, exchange(state.inputs, input), length)
    },
  }
}
