import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { deviation, type Moments, mean, moments, slide } from '../../engine/flow/moments.ts'
import { checkLengths } from '../lengths.ts'

export interface SmaAnalysisOptions {
  /** Window, in inputs. Integer, at least 2. */
  readonly length: number
}

/** The mean of a window, and how far its numbers are from it. */
export interface SmaAnalysis {
  /** Unit of the input. */
  readonly sma: number
  /** Mean distance, unit of the input. */
  readonly mad: number
  /** Mean squared distance, squared unit of the input. */
  readonly mse: number
  /** Mean of each distance as a share of its number. */
  readonly mape: number
}

/**
 * The simple moving average with its errors: how well the mean of a window stands for the numbers in it.
 *
 * In      number, price; positive, as the door admits them
 * Out     SmaAnalysis; all errors 0 on a flat window; the record is reused
 * Emits   one per input from number `length` on; none where a number of the window is 0
 * State   `length` numbers per key; an input takes time with `length`: the mean that all are compared with moves
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  definition
 *
 * @example
 * run(smaAnalysisStep({ length: 2 }), [1, 3]) // => [{ sma: 2, mad: 1, mse: 1, mape: 0.666667 }]
 */
export const smaAnalysis = (options: SmaAnalysisOptions): Lifted<number, SmaAnalysis> => lift(smaAnalysisStep(options))

interface SmaAnalysisState {
  readonly window: Moments
  readonly out: { sma: number; mad: number; mse: number; mape: number }
}

/** The pure step behind {@link smaAnalysis}. */
export const smaAnalysisStep = ({ length }: SmaAnalysisOptions): Kernel<SmaAnalysisState, number, SmaAnalysis> => {
  checkLengths('smaAnalysis', { length }, 2)
  return {
    name: `smaAnalysis(${length})`,
    warmup: length,
    init: () => ({ window: moments(length), out: { sma: 0, mad: 0, mse: 0, mape: 0 } }),
    step({ window, out }, input) {
      const variance = slide(window, input, length)
      if (Number.isNaN(variance)) return undefined
      out.sma = mean(window, length)
      out.mse = (variance * (length - 1)) / length
      out.mad = 0
      out.mape = 0
      if (variance === 0) return out
      for (const x of window.ring) {
        const distance = Math.abs(deviation(window, x, length))
        out.mad += distance / length
        out.mape += distance / x / length
      }
      return Number.isFinite(out.mape) ? out : undefined
    },
  }
}
