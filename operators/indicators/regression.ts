import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Moments, moments, slide } from '../../engine/flow/moments.ts'
import { checkLengths } from '../lengths.ts'
import { lineEnd, type Ramp, ramp, slideRamp, slopeOf } from '../ramp.ts'

export interface RegressionOptions {
  /** Window, in inputs. Integer, at least 2. 14 is the usual. */
  readonly length: number
}

/** The least-squares line through a window, and how well it fits. */
export interface Regression {
  /** Unit of the input per input. */
  readonly slope: number
  /** Where the line stands at the first number of the window. */
  readonly intercept: number
  /** The share of the variance that the line explains, 0 to 1. */
  readonly rSquared: number
  /** Standard deviation (n) of the numbers, unit of the input. */
  readonly stdDev: number
}

/**
 * The least-squares line through the last `length` numbers, with its fit: `rSquared` near 1 is a straight trend.
 *
 * In      number, any unit; finite
 * Out     Regression; the record is reused
 * Emits   one per input from number `length` on; none while the window is flat: there is no variance to explain
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition. Stock Indicators for .NET gives the intercept at the bar before the first of all, which grows
 *         with the length of the history
 *
 * @example
 * run(regressionStep({ length: 3 }), [1, 2, 6]) // => [{ slope: 2.5, intercept: 0.5, rSquared: 0.892857,
 * // stdDev: 2.160247 }]
 */
export const regression = (options: RegressionOptions): Lifted<number, Regression> => lift(regressionStep(options))

interface RegressionState {
  readonly line: Ramp
  readonly window: Moments
  readonly out: { slope: number; intercept: number; rSquared: number; stdDev: number }
}

/** The pure step behind {@link regression}. */
export const regressionStep = ({ length }: RegressionOptions): Kernel<RegressionState, number, Regression> => {
  checkLengths('regression', { length }, 2)
  const population = (length - 1) / length
  const varianceOfTime = (length * length - 1) / 12
  return {
    name: `regression(${length})`,
    warmup: length,
    init: () => ({
      line: ramp(length),
      window: moments(length),
      out: { slope: 0, intercept: 0, rSquared: 0, stdDev: 0 },
    }),
    step({ line, window, out }, input) {
      slideRamp(line, input)
      const variance = slide(window, input, length) * population
      if (!(variance > 0)) return undefined
      out.slope = slopeOf(line)
      out.intercept = lineEnd(line) - out.slope * (length - 1)
      out.rSquared = Math.min((out.slope * out.slope * varianceOfTime) / variance, 1)
      out.stdDev = Math.sqrt(variance)
      return out
    },
  }
}
