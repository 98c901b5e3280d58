import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { type Aggressor, aggressor, signOf } from '../aggressor.ts'
import { type Anchor, anchor, anchoring, nameOfHours, type TradingHours } from '../sessions.ts'
import { fillSigned, type Signed, type SignedVolume, signed } from '../signed-volume.ts'
import { addTo, type Total, totalOf } from '../sum.ts'

export interface CumulativeVolumeDeltaOptions {
  /** It begins anew with each session of these hours. Without them it begins with the first trade and never again. */
  readonly hours?: TradingHours
}

/**
 * Cumulative volume delta: what buyers took less what sellers gave, since the open of the session.
 *
 * Warning: without hours its level depends on where the history begins and is no input for a model: take `share`, or
 * `rollingVolumeDelta`.
 *
 * In      a trade's { at, price, size, side }
 * Out     SignedVolume { delta, share, unknown } of all trades so far; the record is reused
 * Emits   one per trade within the hours; trades outside of them are passed over
 * State   fourteen numbers per key
 * Late    counts into the latest session; a gap does not matter. The trade at the open is the first of the session
 * Fails   Defect ASSERT when the hours make no sense; usage TIME_ZONE when nobody knows the zone
 * Source  definition; sides by the venue, else by the tick rule of Lee and Ready 1991
 *
 * @example
 * const trade = (price: number, size: number, side = 'unknown') => ({ at: 0, price, size, side })
 * run(cumulativeVolumeDeltaStep({}), [trade(5, 4, 'buy'), trade(4, 2), trade(4, 2, 'sell')])
 * // => [{ delta: 4, share: 1, unknown: 0 },
 * //     { delta: 2, share: 0.333333, unknown: 0.333333 },
 * //     { delta: 0, share: 0, unknown: 0.25 }]
 */
export const cumulativeVolumeDelta = (
  options: CumulativeVolumeDeltaOptions,
): Lifted<Pick<Trade, 'at' | 'price' | 'size' | 'side'>, SignedVolume> => lift(cumulativeVolumeDeltaStep(options))

interface CumulativeVolumeDeltaState {
  readonly anchor: Anchor
  readonly last: Aggressor
  /** In this order: bought less sold, all, without a side. */
  readonly sums: readonly [delta: Total, traded: Total, unknown: Total]
  readonly out: Signed
}

/** The pure step behind {@link cumulativeVolumeDelta}. */
export const cumulativeVolumeDeltaStep = ({
  hours,
}: CumulativeVolumeDeltaOptions): Kernel<
  CumulativeVolumeDeltaState,
  Pick<Trade, 'at' | 'price' | 'size' | 'side'>,
  SignedVolume
> => {
  const phaseAt = anchoring(hours)
  return {
    name: hours ? `cumulativeVolumeDelta(${nameOfHours(hours)})` : 'cumulativeVolumeDelta',
    warmup: 1,
    settle: Infinity,
    init: () => ({ anchor: anchor(), last: aggressor(), sums: [zero(), zero(), zero()], out: signed() }),
    step(state, trade) {
      const sign = signOf(state.last, trade)
      const phase = phaseAt(state.anchor, trade.at)
      if (phase === 'closed') return undefined
      if (phase === 'first') for (const sum of state.sums) Object.assign(sum, zero())
      const [delta, traded, unknown] = state.sums
      addTo(delta, sign * trade.size)
      addTo(traded, trade.size)
      if (trade.side === 'unknown') addTo(unknown, trade.size)
      return fillSigned(state.out, totalOf(delta), totalOf(traded), totalOf(unknown))
    },
  }
}

const zero = (): Total => ({ total: 0, lost: 0 })
