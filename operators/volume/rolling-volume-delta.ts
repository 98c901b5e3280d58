import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { type Aggressor, aggressor, signOf } from '../aggressor.ts'
import { checkLengths } from '../lengths.ts'
import { fillSigned, type Signed, type SignedVolume, signed } from '../signed-volume.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface RollingVolumeDeltaOptions {
  /** Window, in trades. Integer, at least 1. */
  readonly length: number
}

/**
 * Volume delta of the last trades, anew at each of them: what buyers took less what sellers gave.
 *
 * For spans of time take `volumeDelta`.
 *
 * In      a trade's { price, size, side }
 * Out     SignedVolume { delta, share, unknown }; `share` is the one for models; the record is reused
 * Emits   one per trade from trade `length` on
 * State   `3 * length` numbers per key
 * Late    not seen: works by order; a gap does not matter
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  definition; sides by the venue, else by the tick rule of Lee and Ready 1991
 *
 * @example
 * const trade = (price: number, size: number, side = 'unknown') => ({ price, size, side })
 * run(rollingVolumeDeltaStep({ length: 2 }), [trade(5, 4, 'buy'), trade(5, 2), trade(4, 6)])
 * // => [{ delta: 6, share: 1, unknown: 0.333333 }, { delta: -4, share: -0.5, unknown: 1 }]
 */
export const rollingVolumeDelta = (
  options: RollingVolumeDeltaOptions,
): Lifted<Pick<Trade, 'price' | 'size' | 'side'>, SignedVolume> => lift(rollingVolumeDeltaStep(options))

interface RollingVolumeDeltaState {
  readonly last: Aggressor
  readonly delta: Sum
  readonly traded: Sum
  readonly unknown: Sum
  readonly out: Signed
}

/** The pure step behind {@link rollingVolumeDelta}. */
export const rollingVolumeDeltaStep = ({
  length,
}: RollingVolumeDeltaOptions): Kernel<
  RollingVolumeDeltaState,
  Pick<Trade, 'price' | 'size' | 'side'>,
  SignedVolume
> => {
  checkLengths('rollingVolumeDelta', { length }, 1)
  return {
    name: `rollingVolumeDelta(${length})`,
    warmup: length,
    init: () => ({
      last: aggressor(),
      delta: sum(length),
      traded: sum(length),
      unknown: sum(length),
      out: signed(),
    }),
    step(state, trade) {
      const { size, side } = trade
      const delta = slideSum(state.delta, signOf(state.last, trade) * size)
      const traded = slideSum(state.traded, size)
      const unknown = slideSum(state.unknown, side === 'unknown' ? size : 0)
      return Number.isNaN(delta) ? undefined : fillSigned(state.out, delta, traded, unknown)
    },
  }
}
