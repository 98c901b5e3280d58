import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { type SwingPoints, slideSwings, swingPoints } from '../swing-points.ts'

export interface FractalChaosBandsOptions {
  /** Bars on each side that a fractal stands out from. Integer, at least 1. 2 is the usual. */
  readonly span: number
}

/** The last fractals, quote currency. */
export interface FractalChaosBands {
  readonly lower: number
  readonly upper: number
}

/**
 * Fractal chaos bands: the last fractal high and the last fractal low that are known. They move in steps, and stand
 * still where prices go nowhere.
 *
 * A fractal is a `swings` of Williams' span: a high above those of the bars on both sides, or a low below them. It is
 * known, and moves its band, `span` bars after it stood. The lower band may be above the upper one.
 *
 * In      a bar's { high, low }, prices in quote currency
 * Out     FractalChaosBands; the record is reused
 * Emits   one per bar once a high and a low are known, from bar `2 * span + 1` on; none on a flat market
 * State   at most `12 * span` numbers per key; each band goes back to its last fractal
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when span is not an integer of at least 1
 * Source  Williams 1995, Trading Chaos, for the fractals; of equal extremes the earliest is one
 *
 * @example
 * const bar = (high: number, low: number) => ({ high, low })
 * run(fractalChaosBandsStep({ span: 1 }), [bar(5, 3), bar(7, 2), bar(6, 4)]) // => [{ lower: 2, upper: 7 }]
 */
export const fractalChaosBands = (
  options: FractalChaosBandsOptions,
): Lifted<Pick<Bar, 'high' | 'low'>, FractalChaosBands> => lift(fractalChaosBandsStep(options))

interface FractalChaosBandsState {
  readonly points: SwingPoints
  readonly out: { lower: number; upper: number }
}

/** The pure step behind {@link fractalChaosBands}. */
export const fractalChaosBandsStep = ({
  span,
}: FractalChaosBandsOptions): Kernel<FractalChaosBandsState, Pick<Bar, 'high' | 'low'>, FractalChaosBands> => {
  checkLengths('fractalChaosBands', { span }, 1)
  return {
    name: `fractalChaosBands(${span})`,
    warmup: 2 * span + 1,
    settle: Infinity,
    init: () => ({ points: swingPoints(span), out: { lower: 0, upper: 0 } }),
    step({ points, out }, bar) {
      slideSwings(points, bar)
      out.lower = points.low
      out.upper = points.high
      return Number.isNaN(out.lower + out.upper) ? undefined : out
    },
  }
}
