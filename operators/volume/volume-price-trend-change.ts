import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface VolumePriceTrendChangeOptions {
  /** Window, in changes of the close. Integer, at least 1. */
  readonly length: number
}

/**
 * How far the volume price trend has moved in the last bars, per unit that was traded in them: their mean return, each
 * with the weight of its volume. Unlike the level of `volumePriceTrend`, a model may read it.
 *
 * In      a bar's { close, volume }, quote currency and base units; closes above 0
 * Out     number, return per bar; 0 on a flat market
 * Emits   one per bar from bar `length + 1` on; none while the window has no volume
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  own; the change of the trend over the volume of the same bars
 *
 * @example
 * const bar = (close: number, volume: number) => ({ close, volume })
 * run(volumePriceTrendChangeStep({ length: 2 }), [bar(4, 9), bar(5, 8), bar(5, 2), bar(4, 6)]) // => [0.2, -0.15]
 */
export const volumePriceTrendChange = (
  options: VolumePriceTrendChangeOptions,
): Lifted<Pick<Bar, 'close' | 'volume'>, number> => lift(volumePriceTrendChangeStep(options))

interface VolumePriceTrendChangeState {
  close: number
  readonly moved: Sum
  readonly traded: Sum
}

/** The pure step behind {@link volumePriceTrendChange}. */
export const volumePriceTrendChangeStep = ({
  length,
}: VolumePriceTrendChangeOptions): Kernel<VolumePriceTrendChangeState, Pick<Bar, 'close' | 'volume'>, number> => {
  checkLengths('volumePriceTrendChange', { length }, 1)
  return {
    name: `volumePriceTrendChange(${length})`,
    warmup: length + 1,
    init: () => ({ close: Number.NaN, moved: sum(length), traded: sum(length) }),
    step(state, { close, volume }) {
      const change = (close - state.close) / state.close
      state.close = close
      if (Number.isNaN(change)) return Number.NaN
      return slideSum(state.moved, change * volume) / slideSum(state.traded, volume)
    },
  }
}
