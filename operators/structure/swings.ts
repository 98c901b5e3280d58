import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Micros } from '../../engine/market/units.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'
import { type SwingPoints, slideSwings, swingPoints } from '../swing-points.ts'

export interface SwingsOptions {
  /** Bars on each side that a swing stands out from. Integer, at least 1. 5 is the usual. */
  readonly span: number
}

/** A high or a low that stands out. */
export interface Swing {
  /** When it is known: the end of the bar `span` bars later. */
  readonly at: Micros
  /** The end of the bar whose extreme it is. */
  readonly barAt: Micros
  /** 1 for a high, -1 for a low. */
  readonly direction: number
  /** Its price. */
  readonly level: number
}

/**
 * Swing highs and lows, each when it is known: a high that is above those of the `span` bars before it and not below
 * those of the `span` bars after it, and a low likewise.
 *
 * Charts draw a swing at its own bar, and a table made from such a chart knows `span` bars of the future.
 *
 * In      a bar's { at, high, low }
 * Out     Swing; the record is reused
 * Emits   from bar `2 * span + 1` on, at the bar that confirms: the high first where a bar was both; none on a flat
 *         market
 * State   at most `12 * span` numbers per key
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when span is not an integer of at least 1
 * Source  definition; of equal extremes the earliest is the swing. `pivots` and `fractal` of Stock Indicators for .NET
 *         are the same points, drawn at their own bars
 *
 * @example
 * const bar = (at: number, high: number) => ({ at, high, low: 1 })
 * run(swingsStep({ span: 1 }), [bar(1, 5), bar(2, 7), bar(3, 6)]) // => [{ at: 3, barAt: 2, direction: 1, level: 7 }]
 */
export const swings = (options: SwingsOptions): Lifted<Pick<Bar, 'at' | 'high' | 'low'>, Swing> =>
  lift(swingsStep(options))

interface SwingsState {
  readonly points: SwingPoints
  readonly times: Ring
  readonly out: { at: Micros; barAt: Micros; direction: number; level: number }
}

/** The pure step behind {@link swings}. */
export const swingsStep = ({ span }: SwingsOptions): Expander<SwingsState, Pick<Bar, 'at' | 'high' | 'low'>, Swing> => {
  checkLengths('swings', { span }, 1)
  return {
    name: `swings(${span})`,
    warmup: 2 * span + 1,
    init: () => ({
      points: swingPoints(span),
      times: ring(span),
      out: { at: 0 as Micros, barAt: 0 as Micros, direction: 0, level: 0 },
    }),
    step({ points, times, out }, bar, emit) {
      slideSwings(points, bar)
      out.at = bar.at
      out.barAt = exchange(times, bar.at) as Micros
      if (!Number.isNaN(points.newHigh)) emit(fill(out, 1, points.newHigh))
      if (!Number.isNaN(points.newLow)) emit(fill(out, -1, points.newLow))
    },
  }
}

const fill = (out: SwingsState['out'], direction: number, level: number): Swing => {
  out.direction = direction
  out.level = level
  return out
}
