import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { slideTrail, type TrailState, trailStep } from '../trail.ts'
import type { HighLowClose } from './adx.ts'

export interface AtrStopOptions {
  /** Averaging length of the true range, in bars. Integer, at least 1. 21 is the usual. */
  readonly length: number
  /** Average true ranges from the price to its stop. Above 0. 3 is the usual. */
  readonly multiplier: number
  /** Where the distance is measured from: the close, or the high and the low. The close if not given. */
  readonly from?: 'close' | 'extremes'
}

/** A trailing stop, and the side on which the position would be. */
export interface AtrStop {
  /** Quote currency: below the price for a long position, above it for a short one. */
  readonly stop: number
  /** 1 for a long position, -1 for a short one. */
  readonly direction: number
}

/**
 * Average true range stop: a stop some average true ranges behind the close, which turns when a close reaches it.
 *
 * In      a bar's { high, low, close }, prices in quote currency
 * Out     AtrStop; on a flat market the price itself, and -1; the record is reused
 * Emits   one per bar from bar `length + 1` on
 * State   nine numbers per key; how long it remembers its start depends on when it turns
 * Late    not seen: works by order; a gap between two bars is in the range of the second
 * Fails   Defect ASSERT when length is not an integer of at least 1, or multiplier not above 0
 * Source  Wilder 1978, New Concepts in Technical Trading Systems, ch. 3, the volatility system, with a stop that never
 *         moves away, as in Stock Indicators for .NET; the first direction is that of the last change
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(atrStopStep({ length: 1, multiplier: 1 }), [5, 6, 2].map(bar)) // => [{ stop: 4, direction: 1 },
 * // { stop: 7, direction: -1 }]
 */
export const atrStop = (options: AtrStopOptions): Lifted<HighLowClose, AtrStop> => lift(atrStopStep(options))

/** The pure step behind {@link atrStop}. */
export const atrStopStep = ({
  length,
  multiplier,
  from = 'close',
}: AtrStopOptions): Kernel<TrailState, HighLowClose, AtrStop> => ({
  name: `atrStop(${length}, ${multiplier}, ${from})`,
  ...trailStep('atrStop', { length, multiplier }, (trail, { high, low, close }, reach, before) => {
    if (trail.out.direction === 0) {
      trail.out.direction = close >= before ? 1 : -1
      trail.close = before
    }
    const top = from === 'close' ? close : high
    const bottom = from === 'close' ? close : low
    return slideTrail(trail, top + reach, bottom - reach, close)
  }),
})
