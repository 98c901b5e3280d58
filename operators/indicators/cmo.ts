import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface CmoOptions {
  /** Window, in changes. Integer, at least 1. 14 and 20 are usual. */
  readonly length: number
}

/**
 * Chande momentum oscillator: gains less losses of the window as a share of both. It forgets what has left the window,
 * where `rsi` never quite does.
 *
 * In      number, price, any unit
 * Out     number, -100..100; 0 when nothing has moved, 100 without losses
 * Emits   one per input from number `length + 1` on
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one change
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Chande and Kroll 1994, The New Technical Trader: plain sums. TA-Lib smooths them as `rsi` does
 *
 * @example
 * run(cmoStep({ length: 2 }), [1, 2, 3, 2, 2, 2]) // => [100, 0, -100, 0]
 */
export const cmo = (options: CmoOptions): Lifted<number, number> => lift(cmoStep(options))

interface CmoState {
  previous: number
  readonly gains: Sum
  readonly losses: Sum
}

/** The pure step behind {@link cmo}. */
export const cmoStep = ({ length }: CmoOptions): Kernel<CmoState, number, number> => {
  checkLengths('cmo', { length }, 1)
  return {
    name: `cmo(${length})`,
    warmup: length + 1,
    init: () => ({ previous: Number.NaN, gains: sum(length), losses: sum(length) }),
    step(state, input) {
      const change = input - state.previous
      state.previous = input
      if (Number.isNaN(change)) return Number.NaN
      const gains = slideSum(state.gains, Math.max(change, 0))
      const losses = slideSum(state.losses, Math.max(-change, 0))
      const both = gains + losses
      return both === 0 ? 0 : 100 * ((gains - losses) / both)
    },
  }
}
