import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface VidyaOptions {
  /** Length of the `ema` that it is in a straight market. Integer, at least 1. 14 is the usual. */
  readonly length: number
  /** Window of the momentum, in changes. Integer, at least 1. 9 is the usual. */
  readonly momentum: number
}

/**
 * Variable index dynamic average: an exponential mean whose weight is multiplied by the size of the momentum. It
 * stands still where gains and losses are the same.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat market
 * Emits   one per input from number `momentum` on; the first is the input itself
 * State   `2 * momentum` numbers per key; it may stand still, so that no count of inputs settles it
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 1
 * Source  Chande 1995, Identifying Powerful Breakouts Early: the momentum is |gains - losses| / (gains + losses), 0
 *         where nothing has moved. (That of 1992 takes a quotient of standard deviations)
 *
 * @example
 * run(vidyaStep({ length: 3, momentum: 2 }), [1, 2, 4, 3, 3]) // => [2, 3, 3, 3]
 */
export const vidya = (options: VidyaOptions): Lifted<number, number> => lift(vidyaStep(options))

interface VidyaState {
  previous: number
  mean: number
  readonly gains: Sum
  readonly losses: Sum
  seen: number
}

/** The pure step behind {@link vidya}. */
export const vidyaStep = ({ length, momentum }: VidyaOptions): Kernel<VidyaState, number, number> => {
  checkLengths('vidya', { length, momentum }, 1)
  const weight = 2 / (length + 1)
  return {
    name: `vidya(${length}, ${momentum})`,
    warmup: momentum,
    settle: Infinity,
    init: () => ({ previous: Number.NaN, mean: Number.NaN, gains: sum(momentum), losses: sum(momentum), seen: 0 }),
    step(state, input) {
      const change = input - state.previous
      state.previous = input
      if (state.seen < momentum) begin(state, input)
      if (Number.isNaN(change)) return state.seen === momentum ? state.mean : Number.NaN
      const gains = slideSum(state.gains, Math.max(change, 0))
      const losses = slideSum(state.losses, Math.max(-change, 0))
      const moved = gains + losses
      if (moved > 0) state.mean += weight * (Math.abs(gains - losses) / moved) * (input - state.mean)
      return state.seen === momentum ? state.mean : Number.NaN
    },
  }
}

const begin = (state: VidyaState, input: number): void => {
  state.seen += 1
  state.mean = input
}
