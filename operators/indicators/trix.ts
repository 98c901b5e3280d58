import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Cascade, cascade, slideCascade } from '../cascade.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'

export interface TrixOptions {
  /** Averaging length, in inputs. Integer, at least 1. 15 is the usual. */
  readonly length: number
}

/**
 * TRIX: how fast a three times smoothed mean rises, in percent per input.
 *
 * In      number, price; positive, as the door admits them
 * Out     number, percent per input; 0 on a flat market
 * Emits   one per input from number `length + 1` on; all three means begin at the plain mean of the first inputs
 * State   four numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Hutson 1983, Technical Analysis of Stocks & Commodities 1(5)
 *
 * @example
 * run(trixStep({ length: 3 }), [1, 2, 3, 4, 4]) // => [12.5, 16.666667]
 */
export const trix = (options: TrixOptions): Lifted<number, number> => lift(trixStep(options))

/** The pure step behind {@link trix}. */
export const trixStep = ({ length }: TrixOptions): Kernel<Cascade, number, number> => {
  checkLengths('trix', { length }, 1)
  const weight = 2 / (length + 1)
  return {
    name: `trix(${length})`,
    warmup: length + 1,
    settle: length + 1 + 3 * inputsToForget(weight),
    init: () => cascade(3),
    step(state, input) {
      const before = state.seen < length ? Number.NaN : state.means[2]!
      slideCascade(state, input, length, weight)
      return (100 * (state.means[2]! - before)) / before
    },
  }
}
