import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Micros } from '../../engine/market/units.ts'
import type { Swing } from './swings.ts'

export interface ZigZagOptions {
  /** How far prices come back from an extreme to make it a turning point, in percent of it. Above 0. 5 is the usual. */
  readonly percent: number
  /** What turns: the highs and lows of bars, or the closes alone. Extremes if not given. */
  readonly of?: 'extremes' | 'closes'
}

/**
 * Zig-zag: the turning points of moves of at least a given size, each when it is known: at the bar that has come back
 * far enough.
 *
 * Charts draw a line to the turning point at its own bar, and on to the last price: both know what comes after.
 *
 * In      a bar's { at, high, low, close }
 * Out     Swing: 1 for a turn down, at a high, -1 for a turn up; the record is reused
 * Emits   at the bar that confirms, from bar 2 on; none on a flat market
 * State   nine numbers per key; a turning point may be as old as the move is long
 * Late    not seen: works by order; a gap between two bars counts as a move
 * Fails   Defect ASSERT when percent is not above 0
 * Source  Merrill 1977, Filtered Waves; of equal extremes the latest counts. A bar that makes a new extreme does not
 *         come back from it. The first turning point is the extreme since the first bar
 *
 * @example
 * const bars = [100, 100.1, 100].map((close, i) => ({ at: i + 1, high: close, low: close, close }))
 * const turns = run(zigZagStep({ percent: 0.0001 }), bars)
 * turns.map(turn => [turn.at, turn.barAt, turn.direction, turn.level]) // => [[2, 1, -1, 100], [3, 2, 1, 100.1]]
 */
export const zigZag = (options: ZigZagOptions): Lifted<Pick<Bar, 'at' | 'high' | 'low' | 'close'>, Swing> =>
  lift(zigZagStep(options))

/** One side of a move, and when it stood. */
interface Extreme {
  level: number
  at: number
}

interface ZigZagState {
  /** Of the move in the making: 1 up, -1 down, 0 while none is large enough. */
  direction: number
  readonly top: Extreme
  readonly bottom: Extreme
  readonly out: { at: Micros; barAt: Micros; direction: number; level: number }
}

/** The pure step behind {@link zigZag}. */
export const zigZagStep = ({
  percent,
  of = 'extremes',
}: ZigZagOptions): Kernel<ZigZagState, Pick<Bar, 'at' | 'high' | 'low' | 'close'>, Swing> => {
  assert(percent > 0, `zigZag: percent is above 0, found ${percent}`)
  const share = percent / 100
  return {
    name: `zigZag(${percent}, ${of})`,
    warmup: 2,
    settle: Infinity,
    init: () => ({
      direction: 0,
      top: { level: -Infinity, at: Number.NaN },
      bottom: { level: Infinity, at: Number.NaN },
      out: { at: 0 as Micros, barAt: 0 as Micros, direction: 0, level: 0 },
    }),
    step(state, { at, high, low, close }) {
      const up = of === 'closes' ? close : high
      const down = of === 'closes' ? close : low
      const { direction, top, bottom } = state
      const rise = direction <= 0 && down > bottom.level ? (up - bottom.level) / bottom.level : 0
      const fall = direction >= 0 && up < top.level ? (top.level - down) / top.level : 0
      const turn = rise >= share && rise > fall ? 1 : fall >= share && fall > rise ? -1 : 0
      if (turn !== 0) fill(state, turn, at)
      if (up >= top.level || turn > 0) set(top, up, at)
      if (down <= bottom.level || turn < 0) set(bottom, down, at)
      return turn === 0 ? undefined : state.out
    },
  }
}

/** The extreme that prices have come back from becomes a turning point. */
const fill = (state: ZigZagState, turn: number, at: Micros): void => {
  const { out } = state
  const extreme = turn > 0 ? state.bottom : state.top
  state.direction = turn
  out.at = at
  out.barAt = extreme.at as Micros
  out.direction = -turn
  out.level = extreme.level
}

const set = (extreme: Extreme, level: number, at: number): void => {
  extreme.level = level
  extreme.at = at
}
