import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { StateOf } from '../parts.ts'
import { type AlligatorOptions, alligatorStep } from './alligator.ts'

/** How far the lines of an alligator are apart, unit of the input, and whether they move apart. */
export interface Gator {
  /** Between jaw and teeth; 0 or more. */
  readonly upper: number
  /** Between teeth and lips, with a minus; 0 or less. */
  readonly lower: number
  /** 1 where the upper is wider than one input ago, else 0. */
  readonly isUpperWider: number
  /** The same of the lower. */
  readonly isLowerWider: number
}

/**
 * Williams' gator: the distances between the lines of an `alligator`. It sleeps while both shrink and eats while both
 * grow.
 *
 * In      number, price; Williams takes the middle of a bar (`medianPrice`)
 * Out     Gator; all 0 on a flat market; the record is reused
 * Emits   one per input from the second value of the alligator on: with the usual lengths from number 22 on
 * State   that of the alligator and two numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length or a shift is not an integer of at least 1
 * Source  Williams 1998, New Trading Dimensions
 *
 * @example
 * const short = { jawLength: 2, jawShift: 2, teethLength: 2, teethShift: 1, lipsLength: 1, lipsShift: 1 }
 * run(gatorStep(short), [1, 3, 4, 4, 4]) // => [{ upper: 0.5, lower: -0.5, isUpperWider: 0, isLowerWider: 0 }]
 */
export const gator = (options: AlligatorOptions = {}): Lifted<number, Gator> => lift(gatorStep(options))

interface GatorState {
  readonly lines: StateOf<typeof alligatorStep>
  upper: number
  lower: number
  readonly out: { upper: number; lower: number; isUpperWider: number; isLowerWider: number }
}

/** The pure step behind {@link gator}. */
export const gatorStep = (options: AlligatorOptions = {}): Kernel<GatorState, number, Gator> => {
  const alligator = alligatorStep(options)
  return {
    name: alligator.name.replace('alligator', 'gator'),
    warmup: alligator.warmup + 1,
    settle: alligator.settle! + 1,
    init: () => ({
      lines: alligator.init(),
      upper: Number.NaN,
      lower: Number.NaN,
      out: { upper: 0, lower: 0, isUpperWider: 0, isLowerWider: 0 },
    }),
    step(state, input) {
      const lines = alligator.step(state.lines, input)
      if (lines === undefined) return undefined
      const { out, upper, lower } = state
      state.upper = Math.abs(lines.jaw - lines.teeth)
      state.lower = Math.min(lines.teeth - lines.lips, lines.lips - lines.teeth)
      if (Number.isNaN(upper)) return undefined
      out.upper = state.upper
      out.lower = state.lower
      out.isUpperWider = state.upper > upper ? 1 : 0
      out.isLowerWider = state.lower < lower ? 1 : 0
      return out
    },
  }
}
