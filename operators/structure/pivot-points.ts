import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import {
  noPivots,
  type PivotKind,
  type PivotLevels,
  type PivotRecord,
  type PivotWindow,
  pivotLevels,
} from '../pivot-levels.ts'
import { type Anchor, anchor, anchoring, type TradingHours } from '../sessions.ts'

export interface PivotPointsOptions {
  /** What levels are made from: sessions, or spans of event time that are counted from the epoch, UTC. */
  readonly window: TradingHours | { readonly spanMs: number }
  /** 'standard' if not given. */
  readonly kind?: PivotKind
}

/**
 * Pivot points: levels for this session from the range and the close of the session before.
 *
 * Levels are no inputs of a model; the distance of a price to them is.
 *
 * In      a bar's { start, open, high, low, close }; a bar belongs to the window that it starts in
 * Out     PivotLevels, quote currency; all the same after a flat window; the record is reused
 * Emits   one per bar from the first bar of the second window on; none for a bar outside of the hours
 * State   at most 19 numbers per key; the first levels are of a window that may have begun before the first bar
 * Late    a bar of an earlier window counts to the running one; a window without bars is passed over
 * Fails   Defect ASSERT when spanMs is not positive, or the hours make no sense; usage TIME_ZONE
 * Source  Person 2004, A Complete Guide to Technical Trading Tactics: pivot (H + L + C) / 3, Woodie's (H + L + 2 O) / 4
 *         with the open of this window; levels mirrored at it. Fibonacci: 0.382, 0.618 and 1 of the range. Camarilla:
 *         1.1 / 12, 1.1 / 6 and 1.1 / 4 of the range about the close
 *
 * @example
 * const bar = (start: number, close: number) => ({ start, open: close, high: close + 1, low: close - 1, close })
 * const levels = run(pivotPointsStep({ window: { spanMs: 2 } }), [bar(0, 6), bar(1000, 6), bar(2000, 7)])
 * levels // => [{ s3: 3, s2: 4, s1: 5, pivot: 6, r1: 7, r2: 8, r3: 9 }]
 */
export const pivotPoints = (
  options: PivotPointsOptions,
): Lifted<Pick<Bar, 'start' | 'open' | 'high' | 'low' | 'close'>, PivotLevels> => lift(pivotPointsStep(options))

interface PivotPointsState {
  readonly anchor: Anchor
  readonly running: PivotWindow
  isKnown: boolean
  readonly out: PivotRecord
}

/** The pure step behind {@link pivotPoints}. */
export const pivotPointsStep = ({
  window,
  kind = 'standard',
}: PivotPointsOptions): Kernel<
  PivotPointsState,
  Pick<Bar, 'start' | 'open' | 'high' | 'low' | 'close'>,
  PivotLevels
> => {
  const isSpan = 'spanMs' in window
  const phaseAt = isSpan ? counting(window.spanMs) : anchoring(window)
  return {
    name: `pivotPoints(${isSpan ? window.spanMs : `${window.zone} ${window.open}`}, ${kind})`,
    warmup: 2,
    settle: Infinity,
    init: () => ({
      anchor: anchor(),
      running: { high: Number.NaN, low: Number.NaN, close: Number.NaN, open: Number.NaN },
      isKnown: false,
      out: noPivots(),
    }),
    step(state, bar) {
      const phase = phaseAt(state.anchor, bar.start)
      if (phase === 'closed') return undefined
      if (phase === 'first') turn(state, bar, kind)
      const { running } = state
      running.high = Math.max(running.high, bar.high)
      running.low = Math.min(running.low, bar.low)
      running.close = bar.close
      return state.isKnown ? state.out : undefined
    },
  }
}

/** Makes the levels of the window that ends, where there was one, and begins the next. */
const turn = (state: PivotPointsState, bar: Pick<Bar, 'open' | 'high' | 'low'>, kind: PivotKind): void => {
  const { running } = state
  running.open = bar.open
  pivotLevels[kind](state.out, running)
  state.isKnown = !Number.isNaN(running.close)
  running.high = bar.high
  running.low = bar.low
}

/** As `anchoring`, for spans that are counted from the epoch. */
const counting = (spanMs: number): ((anchor: Anchor, at: number) => 'first' | 'later') => {
  assert(spanMs > 0, `pivotPoints: spanMs is positive, found ${spanMs}`)
  return (anchor, at) => {
    if (at > anchor.now) anchor.now = at
    const open = Math.floor(anchor.now / (1000 * spanMs))
    if (open === anchor.open) return 'later'
    anchor.open = open
    return 'first'
  }
}
