import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { HighLowClose } from '../indicators/adx.ts'
import { checkLengths } from '../lengths.ts'
import { type SwingPoints, slideSwings, swingPoints } from '../swing-points.ts'

export interface LiquiditySweepsOptions {
  /** Bars on each side that a swing stands out from. Integer, at least 1. 5 is the usual. */
  readonly span: number
}

/** Prices went beyond a swing and came back within the bar. */
export interface LiquiditySweep {
  /** 1 above a swing high, -1 below a swing low. */
  readonly side: number
  /** The price of the swing. */
  readonly level: number
  /** How far the bar went beyond it. */
  readonly beyond: number
}

/**
 * Liquidity sweep: a bar trades beyond the last swing that is known, where stops rest, and does not close there.
 *
 * In      { high, low, close }, prices in quote currency
 * Out     LiquiditySweep, quote currency; the record is reused
 * Emits   at the first bar that goes beyond a swing, if it closes at the swing or on the near side of it: from bar
 *         `2 * span + 2` on; above before below
 * State   at most `12 * span` numbers per key
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when span is not an integer of at least 1
 * Source  traders' usage; swings as in `swings`. A close beyond is a break: see `breakOfStructure`
 *
 * @example
 * const bar = (high: number, close: number) => ({ high, low: 1, close })
 * run(liquiditySweepsStep({ span: 1 }), [bar(3, 2), bar(5, 4), bar(4, 3), bar(7, 4)])
 * // => [{ side: 1, level: 5, beyond: 2 }]
 */
export const liquiditySweeps = (options: LiquiditySweepsOptions): Lifted<HighLowClose, LiquiditySweep> =>
  lift(liquiditySweepsStep(options))

interface LiquiditySweepsState {
  readonly points: SwingPoints
  readonly out: { side: number; level: number; beyond: number }
}

/** The pure step behind {@link liquiditySweeps}. */
export const liquiditySweepsStep = ({
  span,
}: LiquiditySweepsOptions): Expander<LiquiditySweepsState, HighLowClose, LiquiditySweep> => {
  checkLengths('liquiditySweeps', { span }, 1)
  return {
    name: `liquiditySweeps(${span})`,
    warmup: 2 * span + 2,
    settle: Infinity,
    init: () => ({ points: swingPoints(span), out: { side: 0, level: 0, beyond: 0 } }),
    step({ points, out }, bar, emit) {
      slideSwings(points, bar)
      const { high, low } = points
      if (bar.high > high) {
        points.high = Number.NaN
        if (bar.close <= high) emit(fill(out, 1, high, bar.high - high))
      }
      if (bar.low < low) {
        points.low = Number.NaN
        if (bar.close >= low) emit(fill(out, -1, low, low - bar.low))
      }
    },
  }
}

const fill = (out: LiquiditySweepsState['out'], side: number, level: number, beyond: number): LiquiditySweep => {
  out.side = side
  out.level = level
  out.beyond = beyond
  return out
}
