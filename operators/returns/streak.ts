import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'

export interface StreakOptions {
  /** Where counting stops, in changes: so a value does not depend on when the history began. Integer, at least 1. */
  readonly atMost: number
}

/**
 * How many times in a row the number has risen, or fallen: 3 after three rises, -2 after two falls, 0 when unchanged.
 *
 * In      number, any unit
 * Out     number, changes, with the sign of their direction, -atMost..atMost; 0 on a flat market
 * Emits   one per input from the second on
 * State   two numbers per key
 * Late    not seen: works by order; a gap counts as one change
 * Fails   Defect ASSERT when atMost is not an integer of at least 1
 * Source  Connors and Alvarez 2012, An Introduction to ConnorsRSI: the up/down streak, with a bound
 *
 * @example
 * run(streakStep({ atMost: 2 }), [1, 2, 3, 4, 4, 3]) // => [1, 2, 2, 0, -1]
 */
export const streak = (options: StreakOptions): Lifted<number, number> => lift(streakStep(options))

interface StreakState {
  previous: number
  run: number
}

/** The pure step behind {@link streak}. */
export const streakStep = ({ atMost }: StreakOptions): Kernel<StreakState, number, number> => {
  checkLengths('streak', { atMost }, 1)
  return {
    name: `streak(${atMost})`,
    warmup: 2,
    settle: atMost + 1,
    init: () => ({ previous: Number.NaN, run: 0 }),
    step(state, input) {
      const { previous, run } = state
      state.previous = input
      if (Number.isNaN(previous)) return Number.NaN
      if (input > previous) state.run = Math.min(Math.max(run, 0) + 1, atMost)
      else if (input < previous) state.run = Math.max(Math.min(run, 0) - 1, -atMost)
      else state.run = 0
      return state.run
    },
  }
}
