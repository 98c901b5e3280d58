import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import type { StateOf } from '../parts.ts'
import { exchange, type Ring, ring } from '../ring.ts'
import { rmaStep } from './rma.ts'

export interface AlligatorOptions {
  /** Averaging length of the jaw, in inputs. Integer, at least 1. 13 if not given. */
  readonly jawLength?: number
  /** How far ahead the jaw is drawn, in inputs. Integer, at least 1. 8 if not given. */
  readonly jawShift?: number
  /** The same of the teeth. 8 if not given. */
  readonly teethLength?: number
  /** 5 if not given. */
  readonly teethShift?: number
  /** The same of the lips. 5 if not given. */
  readonly lipsLength?: number
  /** 3 if not given. */
  readonly lipsShift?: number
}

/** Three delayed means, unit of the input. */
export interface Alligator {
  /** The slowest. */
  readonly jaw: number
  readonly teeth: number
  /** The fastest. */
  readonly lips: number
}

/**
 * Williams' alligator: three smoothed means, each as it was some inputs ago. It sleeps while they are entwined, and
 * feeds while they are in order: lips, teeth, jaw.
 *
 * A chart draws the means ahead of the last bar; here each comes out at the input that it is drawn at.
 *
 * In      number, price; Williams takes the middle of a bar (`medianPrice`)
 * Out     Alligator; all three the price itself on a flat market; the record is reused
 * Emits   one per input once all three are there: with the usual lengths from number 21 on
 * State   two numbers per mean and one per input of its shift, per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length or a shift is not an integer of at least 1
 * Source  Williams 1998, New Trading Dimensions: `rma` of 13, 8 and 5, drawn 8, 5 and 3 bars ahead
 *
 * @example
 * const short = { jawLength: 2, jawShift: 2, teethLength: 2, teethShift: 1, lipsLength: 1, lipsShift: 1 }
 * run(alligatorStep(short), [1, 3, 4, 4]) // => [{ jaw: 2, teeth: 3, lips: 4 }]
 */
export const alligator = (options: AlligatorOptions = {}): Lifted<number, Alligator> => lift(alligatorStep(options))

interface Line {
  readonly mean: StateOf<typeof rmaStep>
  readonly delayed: Ring
}

interface AlligatorState {
  readonly jaw: Line
  readonly teeth: Line
  readonly lips: Line
  readonly out: { jaw: number; teeth: number; lips: number }
}

/** The pure step behind {@link alligator}. */
export const alligatorStep = (options: AlligatorOptions = {}): Kernel<AlligatorState, number, Alligator> => {
  const { jawLength = 13, jawShift = 8, teethLength = 8, teethShift = 5, lipsLength = 5, lipsShift = 3 } = options
  checkLengths('alligator', { jawLength, jawShift, teethLength, teethShift, lipsLength, lipsShift }, 1)
  const jaw = rmaStep({ length: jawLength })
  const teeth = rmaStep({ length: teethLength })
  const lips = rmaStep({ length: lipsLength })
  const slide = (mean: typeof jaw, line: Line, x: number): number => exchange(line.delayed, mean.step(line.mean, x)!)
  return {
    name: `alligator(${jawLength}+${jawShift}, ${teethLength}+${teethShift}, ${lipsLength}+${lipsShift})`,
    warmup: Math.max(jawLength + jawShift, teethLength + teethShift, lipsLength + lipsShift),
    settle: Math.max(jaw.settle! + jawShift, teeth.settle! + teethShift, lips.settle! + lipsShift),
    init: () => ({
      jaw: { mean: jaw.init(), delayed: ring(jawShift) },
      teeth: { mean: teeth.init(), delayed: ring(teethShift) },
      lips: { mean: lips.init(), delayed: ring(lipsShift) },
      out: { jaw: 0, teeth: 0, lips: 0 },
    }),
    step(state, input) {
      const { out } = state
      out.jaw = slide(jaw, state.jaw, input)
      out.teeth = slide(teeth, state.teeth, input)
      out.lips = slide(lips, state.lips, input)
      return Number.isNaN(out.jaw + out.teeth + out.lips) ? undefined : out
    },
  }
}
