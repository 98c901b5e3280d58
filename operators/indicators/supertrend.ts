import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { slideTrail, type TrailState, trailStep } from '../trail.ts'
import type { HighLowClose } from './adx.ts'

export interface SupertrendOptions {
  /** Averaging length of the true range, in bars. Integer, at least 1. 10 is the usual. */
  readonly length: number
  /** Average true ranges from the middle of a bar to its stops. Above 0. 3 is the usual. */
  readonly multiplier: number
}

/** A trailing stop, and the side on which the trend is. */
export interface Supertrend {
  /** Quote currency: below the price in a rise, above it in a fall. */
  readonly stop: number
  /** 1 in a rise, -1 in a fall. */
  readonly direction: number
}

/**
 * Supertrend: a stop some average true ranges behind the middle of the bar, which turns when a close reaches it.
 *
 * In      a bar's { high, low, close }, prices in quote currency
 * Out     Supertrend; on a flat market the price itself, and -1; the record is reused
 * Emits   one per bar from bar `length + 1` on
 * State   eight numbers per key; how long it remembers its start depends on when it turns
 * Late    not seen: works by order; a gap between two bars is in the range of the second
 * Fails   Defect ASSERT when length is not an integer of at least 1, or multiplier not above 0
 * Source  Seban 2008, Tout le monde mérite d'être riche; the first direction is up where the bar closes in its upper
 *         half, as in Stock Indicators for .NET
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(supertrendStep({ length: 1, multiplier: 1 }), [5, 6, 2].map(bar)) // => [{ stop: 4, direction: 1 },
 * // { stop: 7, direction: -1 }]
 */
export const supertrend = (options: SupertrendOptions): Lifted<HighLowClose, Supertrend> =>
  lift(supertrendStep(options))

/** The pure step behind {@link supertrend}. */
export const supertrendStep = (options: SupertrendOptions): Kernel<TrailState, HighLowClose, Supertrend> => ({
  name: `supertrend(${options.length}, ${options.multiplier})`,
  ...trailStep('supertrend', options, (trail, { high, low, close }, reach) => {
    const middle = (high + low) / 2
    if (trail.out.direction === 0) trail.out.direction = close >= middle ? 1 : -1
    return slideTrail(trail, middle + reach, middle - reach, close)
  }),
})
