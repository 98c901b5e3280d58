import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface MaxDrawdownOptions {
  /** Window, in inputs. Integer, at least 2. */
  readonly length: number
}

/**
 * The largest fall from a high to a later low inside the window, as a share of that high.
 *
 * In      number, a price or an equity; positive
 * Out     number, 0..1; 0 on a flat market and on one that only rises
 * Emits   one per input from number `length` on
 * State   `4 * length` numbers per key; an update takes constant time in the mean over a window
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition; tails of the block before are joined with the grown part of this one, as in operators/powers.ts
 *
 * @example
 * run(maxDrawdownStep({ length: 3 }), [8, 6, 7, 7, 9]) // => [0.25, 0, 0]
 */
export const maxDrawdown = (options: MaxDrawdownOptions): Lifted<number, number> => lift(maxDrawdownStep(options))

interface MaxDrawdownState {
  readonly inputs: Ring
  /** By where a tail of the block before begins: its largest fall and its high. */
  readonly tailFalls: number[]
  readonly tailHighs: number[]
  /** Of what has come of this block. */
  high: number
  low: number
  fall: number
}

/** The pure step behind {@link maxDrawdown}. */
export const maxDrawdownStep = ({ length }: MaxDrawdownOptions): Kernel<MaxDrawdownState, number, number> => {
  checkLengths('maxDrawdown', { length }, 2)
  return {
    name: `maxDrawdown(${length})`,
    warmup: length,
    init: () => ({
      inputs: ring(length),
      tailFalls: new Array<number>(length).fill(Number.NaN),
      tailHighs: new Array<number>(length).fill(Number.NaN),
      high: -Infinity,
      low: Infinity,
      fall: 0,
    }),
    step(state, input) {
      exchange(state.inputs, input)
      if (input > state.high) state.high = input
      if (input < state.low) state.low = input
      state.fall = Math.max(state.fall, (state.high - input) / state.high)
      const { head } = state.inputs
      if (head === 0) return turn(state)
      const tailHigh = state.tailHighs[head]!
      return Math.max(state.tailFalls[head]!, state.fall, (tailHigh - state.low) / tailHigh)
    },
  }
}

/** A block is full: its tails take the place of those of the block before. Gives its largest fall. */
const turn = (state: MaxDrawdownState): number => {
  const { values } = state.inputs
  const { fall } = state
  let [high, low, worst] = [-Infinity, Infinity, 0]
  for (let at = values.length - 1; at > 0; at--) {
    const value = values[at]!
    low = Math.min(low, value)
    high = Math.max(high, value)
    worst = Math.max(worst, (value - low) / value)
    state.tailFalls[at] = worst
    state.tailHighs[at] = high
  }
  state.high = -Infinity
  state.low = Infinity
  state.fall = 0
  return fall
}
