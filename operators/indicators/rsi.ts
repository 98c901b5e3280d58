import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'

export interface RsiOptions {
  /** Averaging length, in changes. Integer, at least 1. 14 is the usual. */
  readonly length: number
}

/**
 * Relative strength index: the share of gains in the recent changes, 0 to 100.
 *
 * In      number, price, any unit
 * Out     number, 0..100; 50 when nothing has moved, 100 without losses, 0 without gains
 * Emits   one per input from number `length + 1` on
 * State   three numbers per key
 * Late    not seen: works by order; a gap counts as one change
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Wilder 1978, New Concepts in Technical Trading Systems, ch. 6: plain mean of the first `length` changes, then
 *         (previous * (length - 1) + change) / length
 *
 * @example
 * run(rsiStep({ length: 2 }), [1, 2, 3, 2, 4]) // => [100, 50, 83.333333]
 */
export const rsi = (options: RsiOptions): Lifted<number, number> => lift(rsiStep(options))

interface RsiState {
  seen: number
  previous: number
  gain: number
  loss: number
}

/** The pure step behind {@link rsi}. */
export const rsiStep = ({ length }: RsiOptions): Kernel<RsiState, number, number> => {
  assert(Number.isInteger(length) && length >= 1, `rsi: length is an integer of at least 1, found ${length}`)
  return {
    name: `rsi(${length})`,
    warmup: length + 1,
    // The weight of the start after k more inputs is (1 - 1/length)^k; e^-37 is below one part in 2^53.
    settle: length + 1 + (length === 1 ? 0 : Math.ceil(37 / -Math.log1p(-1 / length))),
    init: () => ({ seen: -1, previous: Number.NaN, gain: Number.NaN, loss: Number.NaN }),
    step(state, input) {
      const change = input - state.previous
      state.previous = input
      const gain = Math.max(change, 0)
      const loss = Math.max(-change, 0)
      if (state.seen < length) {
        seed(state, gain, loss, length)
        if (state.seen < length) return Number.NaN
      } else {
        state.gain = (state.gain * (length - 1) + gain) / length
        state.loss = (state.loss * (length - 1) + loss) / length
      }
      if (state.loss === 0) return state.gain === 0 ? 50 : 100
      return 100 - 100 / (1 + state.gain / state.loss)
    },
  }
}

/** Sums the first changes, and makes means of them when `length` are in. */
const seed = (state: RsiState, gain: number, loss: number, length: number): void => {
  state.seen += 1
  if (state.seen === 0) return
  state.gain = (state.seen === 1 ? 0 : state.gain) + gain
  state.loss = (state.seen === 1 ? 0 : state.loss) + loss
  if (state.seen < length) return
  state.gain /= length
  state.loss /= length
}
