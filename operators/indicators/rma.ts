import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { type Mean, noMean, slideMean } from '../mean.ts'

export interface RmaOptions {
  /** Averaging length, in inputs. Integer, at least 1. 14 is the usual. */
  readonly length: number
}

/**
 * Wilder's moving average (RMA, SMMA): each step moves the mean towards the input by 1 / length.
 *
 * As smooth as an `ema` of `2 * length - 1`.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat market
 * Emits   one per input from number `length` on; the first is the plain mean so far
 * State   two numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Wilder 1978, New Concepts in Technical Trading Systems
 *
 * @example
 * run(rmaStep({ length: 2 }), [1, 2, 3.5]) // => [1.5, 2.5]
 */
export const rma = (options: RmaOptions): Lifted<number, number> => lift(rmaStep(options))

/** The pure step behind {@link rma}. */
export const rmaStep = ({ length }: RmaOptions): Kernel<Mean, number, number> => {
  checkLengths('rma', { length }, 1)
  const weight = 1 / length
  return {
    name: `rma(${length})`,
    warmup: length,
    settle: length + inputsToForget(weight),
    init: noMean,
    step: (state, input) => (slideMean(state, input, length, weight) ? state.mean : Number.NaN),
  }
}
