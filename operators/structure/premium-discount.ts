import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { HighLowClose } from '../indicators/adx.ts'
import { checkLengths } from '../lengths.ts'
import { type SwingPoints, slideSwings, swingPoints } from '../swing-points.ts'

export interface PremiumDiscountOptions {
  /** Bars on each side that a swing stands out from. Integer, at least 1. 5 is the usual. */
  readonly span: number
}

/**
 * Where the close stands between the last swing low (0) and the last swing high (1) that are known: above 0.5 it is at
 * a premium, below at a discount. Below 0 and above 1 it has left the range, and is not held back.
 *
 * In      { high, low, close }, prices in any unit
 * Out     number, no unit
 * Emits   one per bar once a swing of each side is known, from bar `2 * span + 1` at the earliest; none while the swing
 *         high is not above the swing low
 * State   at most `12 * span` numbers per key
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when span is not an integer of at least 1
 * Source  traders' usage; swings as in `swings`
 *
 * @example
 * const bar = (close: number) => ({ high: close, low: close, close })
 * run(premiumDiscountStep({ span: 1 }), [1, 5, 3, 4, 6].map(bar)) // => [0.5, 1.5]
 */
export const premiumDiscount = (options: PremiumDiscountOptions): Lifted<HighLowClose, number> =>
  lift(premiumDiscountStep(options))

/** The pure step behind {@link premiumDiscount}. */
export const premiumDiscountStep = ({ span }: PremiumDiscountOptions): Kernel<SwingPoints, HighLowClose, number> => {
  checkLengths('premiumDiscount', { span }, 1)
  return {
    name: `premiumDiscount(${span})`,
    warmup: 2 * span + 1,
    settle: Infinity,
    init: () => swingPoints(span),
    step(state, bar) {
      slideSwings(state, bar)
      const range = state.high - state.low
      return range > 0 ? (bar.close - state.low) / range : Number.NaN
    },
  }
}
