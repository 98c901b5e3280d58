import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Moments, moments, slide } from '../../engine/flow/moments.ts'
import { checkLengths } from '../lengths.ts'
import { logRatio } from '../log-ratio.ts'

export interface CloseCloseOptions {
  /** Window, in returns. Integer, at least 2. 20 is the usual. */
  readonly length: number
}

/**
 * Close-to-close volatility: sample standard deviation (n - 1) of the last `length` log returns, per input.
 *
 * For a year multiply by the root of the inputs in a year.
 *
 * In      number, price in quote currency; positive, as the door admits them
 * Out     number, log return per input; exactly 0 on a flat window
 * Emits   one per input from number `length + 1` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap gives one return over the gap
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition
 *
 * @example
 * run(closeCloseStep({ length: 2 }), [1, 2, 2, 2]) // => [0.490129, 0]
 */
export const closeClose = (options: CloseCloseOptions): Lifted<number, number> => lift(closeCloseStep(options))

interface CloseCloseState {
  previous: number
  readonly returns: Moments
}

/** The pure step behind {@link closeClose}. */
export const closeCloseStep = ({ length }: CloseCloseOptions): Kernel<CloseCloseState, number, number> => {
  checkLengths('closeClose', { length }, 2)
  return {
    name: `closeClose(${length})`,
    warmup: length + 1,
    init: () => ({ previous: Number.NaN, returns: moments(length) }),
    step(state, input) {
      const { previous, returns } = state
      state.previous = input
      return Number.isNaN(previous) ? Number.NaN : Math.sqrt(slide(returns, logRatio(input, previous), length))
    },
  }
}
