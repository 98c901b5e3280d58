import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Cascade, cascade, slideCascade } from '../cascade.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'

export interface DemaOptions {
  /** Averaging length, in inputs. Integer, at least 1. */
  readonly length: number
}

/**
 * Double exponential moving average: twice the mean less the mean of the mean. It lags less than `ema`, and overshoots.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat market
 * Emits   one per input from number `length` on; the first is the plain mean so far, with which all the means begin
 * State   three numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Mulloy 1994, Technical Analysis of Stocks & Commodities 12(1)
 *
 * @example
 * run(demaStep({ length: 3 }), [1, 2, 3, 4, 4]) // => [2, 3.5, 4]
 */
export const dema = (options: DemaOptions): Lifted<number, number> => lift(demaStep(options))

/** The pure step behind {@link dema}. */
export const demaStep = ({ length }: DemaOptions): Kernel<Cascade, number, number> => {
  checkLengths('dema', { length }, 1)
  const weight = 2 / (length + 1)
  return {
    name: `dema(${length})`,
    warmup: length,
    settle: length + 2 * inputsToForget(weight),
    init: () => cascade(2),
    step(state, input) {
      if (!slideCascade(state, input, length, weight)) return Number.NaN
      const [once, twice] = state.means as [number, number]
      return 2 * once - twice
    },
  }
}
