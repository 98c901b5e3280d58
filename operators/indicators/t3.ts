import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Cascade, cascade, slideCascade } from '../cascade.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'

export interface T3Options {
  /** Averaging length, in inputs. Integer, at least 1. 5 is the usual. */
  readonly length: number
  /** How much of the lag is taken back, 0 to 1: 0 is an `ema` thrice, 1 is a `dema` thrice. 0.7 is the usual. */
  readonly volumeFactor: number
}

/**
 * Tillson's T3: a generalised `dema` applied three times. Smooth, with little lag.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat market
 * Emits   one per input from number `6 * (length - 1) + 1` on; all six means begin at the first input
 * State   seven numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1, or volumeFactor not within 0 to 1
 * Source  Tillson 1998, Technical Analysis of Stocks & Commodities 16(1). Begins where TA-Lib's begins; Stock
 *         Indicators for .NET gives the values before that, too, from the first input on
 *
 * @example
 * run(t3Step({ length: 2, volumeFactor: 0.5 }), [1, 2, 3, 4, 5, 6, 7, 8]) // => [6.244221, 7.247478]
 */
export const t3 = (options: T3Options): Lifted<number, number> => lift(t3Step(options))

interface T3State extends Cascade {
  inputs: number
}

/** The pure step behind {@link t3}. */
export const t3Step = ({ length, volumeFactor: v }: T3Options): Kernel<T3State, number, number> => {
  checkLengths('t3', { length }, 1)
  assert(v >= 0 && v <= 1, `t3: volumeFactor is within 0 to 1, found ${v}`)
  const weight = 2 / (length + 1)
  const warmup = 6 * (length - 1) + 1
  return {
    name: `t3(${length}, ${v})`,
    warmup,
    settle: warmup + 6 * inputsToForget(weight),
    init: () => ({ ...cascade(6), inputs: 0 }),
    step(state, input) {
      slideCascade(state, input, 1, weight)
      state.inputs = Math.min(state.inputs + 1, warmup)
      if (state.inputs < warmup) return Number.NaN
      const [, , third, fourth, fifth, sixth] = state.means as [0, 0, number, number, number, number]
      return (1 + v) ** 3 * third - 3 * v * (1 + v) ** 2 * fourth + 3 * v * v * (1 + v) * fifth - v ** 3 * sixth
    },
  }
}
