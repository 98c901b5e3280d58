import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type Channel, channel, slideChannel } from '../channel.ts'
import { checkLengths } from '../lengths.ts'
import {
  noPivots,
  type PivotKind,
  type PivotLevels,
  type PivotRecord,
  type PivotWindow,
  pivotLevels,
} from '../pivot-levels.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface RollingPivotsOptions {
  /** Window, in bars. Integer, at least 1. 20 is the usual. */
  readonly length: number
  /** Bars between the window and this bar. Integer, at least 0. 0 if not given. */
  readonly offset?: number
  /** 'standard' if not given. */
  readonly kind?: PivotKind
}

/**
 * Pivot points of a window that moves along: levels from the range and the close of the `length` bars before this one.
 *
 * In      a bar's { open, high, low, close }, prices in quote currency
 * Out     PivotLevels, quote currency; all the same after a flat window; the record is reused
 * Emits   one per bar from bar `length + offset + 1` on
 * State   `2 * length + 3 * offset` numbers per key; amortised constant time
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when length is not an integer of at least 1, or offset not one of at least 0
 * Source  the levels of `pivotPoints`; Stock Indicators for .NET has them over a moving window
 *
 * @example
 * const bar = (close: number) => ({ open: close, high: close + 1, low: close - 1, close })
 * const levels = run(rollingPivotsStep({ length: 2 }), [bar(6), bar(6), bar(7)])
 * levels // => [{ s3: 3, s2: 4, s1: 5, pivot: 6, r1: 7, r2: 8, r3: 9 }]
 */
export const rollingPivots = (
  options: RollingPivotsOptions,
): Lifted<Pick<Bar, 'open' | 'high' | 'low' | 'close'>, PivotLevels> => lift(rollingPivotsStep(options))

interface RollingPivotsState {
  readonly highs: Ring
  readonly lows: Ring
  readonly closes: Ring
  readonly extremes: Channel
  readonly window: PivotWindow
  readonly out: PivotRecord
}

/** The pure step behind {@link rollingPivots}. */
export const rollingPivotsStep = ({
  length,
  offset = 0,
  kind = 'standard',
}: RollingPivotsOptions): Kernel<RollingPivotsState, Pick<Bar, 'open' | 'high' | 'low' | 'close'>, PivotLevels> => {
  checkLengths('rollingPivots', { length }, 1)
  checkLengths('rollingPivots', { offset }, 0)
  return {
    name: `rollingPivots(${length}, ${offset}, ${kind})`,
    warmup: length + offset + 1,
    init: () => ({
      highs: ring(offset + 1),
      lows: ring(offset + 1),
      closes: ring(offset + 1),
      extremes: channel(length),
      window: { high: Number.NaN, low: Number.NaN, close: Number.NaN, open: Number.NaN },
      out: noPivots(),
    }),
    step({ highs, lows, closes, extremes, window, out }, bar) {
      const high = exchange(highs, bar.high)
      const low = exchange(lows, bar.low)
      window.close = exchange(closes, bar.close)
      if (Number.isNaN(high) || !slideChannel(extremes, high, low)) return undefined
      window.high = extremes.top
      window.low = extremes.bottom
      window.open = bar.open
      pivotLevels[kind](out, window)
      return out
    },
  }
}
