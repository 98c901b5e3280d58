import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { HighLowClose } from '../indicators/adx.ts'
import { atrStep } from '../indicators/atr.ts'
import { checkLengths } from '../lengths.ts'
import type { StateOf } from '../parts.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface FairValueGapOptions {
  /** Averaging length of the true range that sizes are told in, in bars. Integer, at least 2. 14 is the usual. */
  readonly length: number
}

/** A price range that three bars left without trading on both sides. */
export interface FairValueGap {
  /** 1 for a gap under a rise, -1 for one above a fall, 0 for none. */
  readonly direction: number
  /** Its height in average true ranges; 0 for none. */
  readonly size: number
}

/**
 * Fair-value gap: the low of this bar is above the high of the bar before the last, or its high below that one's low.
 *
 * It is known at the close of this bar, the third; charts mark it on the second, which is one bar too early.
 *
 * In      { high, low, close }, prices in quote currency
 * Out     FairValueGap; direction and size 0 without a gap and on a flat market; the record is reused
 * Emits   one per bar from bar `length + 1` on
 * State   eight numbers per key
 * Late    not seen: works by order; a gap in time is a gap here too
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  traders' usage ("imbalance"); the average true range is `atr`, this bar in it
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(fairValueGapStep({ length: 2 }), [4, 5, 9, 4].map(bar)) // => [{ direction: 1, size: 0.857143 },
 * // { direction: 0, size: 0 }]
 */
export const fairValueGap = (options: FairValueGapOptions): Lifted<HighLowClose, FairValueGap> =>
  lift(fairValueGapStep(options))

interface FairValueGapState {
  readonly range: StateOf<typeof atrStep>
  readonly highs: Ring
  readonly lows: Ring
  readonly out: { direction: number; size: number }
}

/** The pure step behind {@link fairValueGap}. */
export const fairValueGapStep = ({
  length,
}: FairValueGapOptions): Kernel<FairValueGapState, HighLowClose, FairValueGap> => {
  checkLengths('fairValueGap', { length }, 2)
  const atr = atrStep({ length })
  return {
    name: `fairValueGap(${length})`,
    warmup: atr.warmup,
    settle: atr.settle!,
    init: () => ({ range: atr.init(), highs: ring(2), lows: ring(2), out: { direction: 0, size: 0 } }),
    step({ range, highs, lows, out }, bar) {
      const average = atr.step(range, bar)!
      const rise = bar.low - exchange(highs, bar.high)
      const fall = exchange(lows, bar.low) - bar.high
      if (Number.isNaN(average)) return undefined
      out.direction = rise > 0 ? 1 : fall > 0 ? -1 : 0
      // Where there is a gap, a true range is above 0.
      out.size = out.direction === 0 ? 0 : Math.max(rise, fall) / average
      return out
    },
  }
}
