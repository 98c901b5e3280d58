import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Micros } from '../../engine/market/units.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'
import { type SwingPoints, slideSwings, swingPoints } from '../swing-points.ts'
import type { Swing } from './swings.ts'

export interface PivotsOptions {
  /** Bars on each side that a pivot stands out from. Integer, at least 1. 2 is the usual. */
  readonly span: number
  /** How old the pivot before may be to make a trend, in bars. Integer, at least 1. 20 is the usual. */
  readonly within: number
}

/** A swing, held against the one before on its side. */
export interface Pivot extends Swing {
  /** 1 for a higher high or low, -1 for a lower one, 0 where they are equal or there is none within the bars. */
  readonly trend: number
}

/**
 * Pivots: swing highs and lows with the trend that they make: higher highs, lower highs, higher lows, lower lows. Each
 * comes when it is known, `span` bars after it stood.
 *
 * In      a bar's { at, high, low }
 * Out     Pivot; the record is reused
 * Emits   from bar `2 * span + 1` on, at the bar that confirms: the high first where a bar was both; none on a flat
 *         market
 * State   at most `12 * span` numbers per key; the trend goes back to the pivot before, however long ago that began
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when span or within is not an integer of at least 1
 * Source  definition; the points of `swings`. Charts draw them, and the lines between them, at bars that could not know
 *
 * @example
 * const bars = [5, 7, 6, 8, 4].map((high, i) => ({ at: i + 1, high, low: 1 }))
 * run(pivotsStep({ span: 1, within: 20 }), bars).map(({ level, trend }) => [level, trend]) // => [[7, 0], [8, 1]]
 */
export const pivots = (options: PivotsOptions): Lifted<Pick<Bar, 'at' | 'high' | 'low'>, Pivot> =>
  lift(pivotsStep(options))

/** The pivot before on one side. */
interface Before {
  level: number
  age: number
}

interface PivotsState {
  readonly points: SwingPoints
  readonly times: Ring
  readonly high: Before
  readonly low: Before
  readonly out: { at: Micros; barAt: Micros; direction: number; level: number; trend: number }
}

/** The pure step behind {@link pivots}. */
export const pivotsStep = ({
  span,
  within,
}: PivotsOptions): Expander<PivotsState, Pick<Bar, 'at' | 'high' | 'low'>, Pivot> => {
  checkLengths('pivots', { span, within }, 1)
  const turn = (out: PivotsState['out'], before: Before, direction: number, level: number): Pivot => {
    out.direction = direction
    out.level = level
    out.trend = before.age <= within ? Math.sign(level - before.level) : 0
    before.level = level
    before.age = 0
    return out
  }
  return {
    name: `pivots(${span}, ${within})`,
    warmup: 2 * span + 1,
    settle: Infinity,
    init: () => ({
      points: swingPoints(span),
      times: ring(span),
      high: { level: Number.NaN, age: within + 1 },
      low: { level: Number.NaN, age: within + 1 },
      out: { at: 0 as Micros, barAt: 0 as Micros, direction: 0, level: 0, trend: 0 },
    }),
    step({ points, times, high, low, out }, bar, emit) {
      slideSwings(points, bar)
      out.at = bar.at
      out.barAt = exchange(times, bar.at) as Micros
      high.age = Math.min(high.age, within) + 1
      low.age = Math.min(low.age, within) + 1
      if (!Number.isNaN(points.newHigh)) emit(turn(out, high, 1, points.newHigh))
      if (!Number.isNaN(points.newLow)) emit(turn(out, low, -1, points.newLow))
    },
  }
}
