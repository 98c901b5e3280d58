import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Cascade, cascade, slideCascade } from '../cascade.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'

export interface TemaOptions {
  /** Averaging length, in inputs. Integer, at least 1. */
  readonly length: number
}

/**
 * Triple exponential moving average: 3 means less 3 means of the mean plus the mean of that. It lags less than `dema`.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat market
 * Emits   one per input from number `length` on; the first is the plain mean so far, with which all the means begin
 * State   four numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Mulloy 1994, Technical Analysis of Stocks & Commodities 12(1)
 *
 * @example
 * run(temaStep({ length: 3 }), [1, 2, 3, 4, 4]) // => [2, 3.75, 4.125]
 */
export const tema = (options: TemaOptions): Lifted<number, number> => lift(temaStep(options))

/** The pure step behind {@link tema}. */
export const temaStep = ({ length }: TemaOptions): Kernel<Cascade, number, number> => {
  checkLengths('tema', { length }, 1)
  const weight = 2 / (length + 1)
  return {
    name: `tema(${length})`,
    warmup: length,
    settle: length + 3 * inputsToForget(weight),
    init: () => cascade(3),
    step(state, input) {
      if (!slideCascade(state, input, length, weight)) return Number.NaN
      const [once, twice, thrice] = state.means as [number, number, number]
      return 3 * (once - twice) + thrice
    },
  }
}
