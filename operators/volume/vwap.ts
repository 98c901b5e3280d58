import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type PricedAt, priceOf, timeOf, volumeOf } from '../priced.ts'
import { type Anchor, anchor, anchoring, nameOfHours, type TradingHours } from '../sessions.ts'
import { addTo, type Total, totalOf } from '../sum.ts'

export interface VwapOptions {
  /** It begins anew with each session of these hours. Without them it begins with the first input and never again. */
  readonly hours?: TradingHours
}

/**
 * Volume-weighted average price since the open of the session: what was paid on average today.
 *
 * Warning: without hours its level depends on where the history begins. A model reads neither: it takes `vwapDistance`.
 *
 * In      Trade, or a bar's { start, high, low, close, volume } at its typical price (high + low + close) / 3
 * Out     number, quote currency; the price itself on a flat market, and until the session has volume
 * Emits   one per input within the hours; inputs outside of them are passed over
 * State   ten numbers per key
 * Late    counts into the latest session; a gap does not matter. The input at the open is the first of the session
 * Fails   Defect ASSERT when the hours make no sense; usage TIME_ZONE when nobody knows the zone
 * Source  Berkowitz, Logue and Noser 1988, Journal of Finance 43(1)
 *
 * @example
 * const trade = (price: number, size: number) => ({ at: 0, price, size, side: 'unknown' })
 * run(vwapStep({}), [trade(5, 0), trade(6, 3), trade(10, 1)]) // => [5, 6, 7]
 */
export const vwap = (options: VwapOptions): Lifted<PricedAt, number> => lift(vwapStep(options))

export interface VwapState {
  readonly anchor: Anchor
  /** The first price of the session: sums are of distances from it, so that small moves keep their digits. */
  base: number
  readonly paid: Total
  readonly traded: Total
}

/** The pure step behind {@link vwap}. */
export const vwapStep = ({ hours }: VwapOptions): Kernel<VwapState, PricedAt, number> => {
  const phaseAt = anchoring(hours)
  return {
    name: hours ? `vwap(${nameOfHours(hours)})` : 'vwap',
    warmup: 1,
    settle: Infinity,
    init: () => ({
      anchor: anchor(),
      base: Number.NaN,
      paid: { total: 0, lost: 0 },
      traded: { total: 0, lost: 0 },
    }),
    step(state, input) {
      const phase = phaseAt(state.anchor, timeOf(input))
      if (phase === 'closed') return Number.NaN
      const price = priceOf(input)
      if (phase === 'first') begin(state, price)
      const { base, paid, traded } = state
      addTo(paid, (price - base) * volumeOf(input))
      addTo(traded, volumeOf(input))
      return traded.total > 0 ? base + totalOf(paid) / totalOf(traded) : price
    },
  }
}

const begin = (state: VwapState, price: number): void => {
  state.base = price
  state.paid.total = 0
  state.paid.lost = 0
  state.traded.total = 0
  state.traded.lost = 0
}
