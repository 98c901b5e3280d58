import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface OnBalanceVolumeChangeOptions {
  /** Window, in changes of the close. Integer, at least 1. */
  readonly length: number
}

/**
 * How far on-balance volume has moved in the last bars, as a share of what was traded in them: 1 when each bar closed
 * higher. Unlike the level of `onBalanceVolume`, a model may read it.
 *
 * In      a bar's { close, volume }, quote currency and base units
 * Out     number, -1 to 1; 0 on a flat market
 * Emits   one per bar from bar `length + 1` on; none while the window has no volume
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  own; the change of Granville's sum over the volume of the same bars
 *
 * @example
 * const bar = (close: number, volume: number) => ({ close, volume })
 * run(onBalanceVolumeChangeStep({ length: 2 }), [bar(5, 9), bar(6, 3), bar(6, 2), bar(4, 2)]) // => [0.6, -0.5]
 */
export const onBalanceVolumeChange = (
  options: OnBalanceVolumeChangeOptions,
): Lifted<Pick<Bar, 'close' | 'volume'>, number> => lift(onBalanceVolumeChangeStep(options))

interface OnBalanceVolumeChangeState {
  close: number
  readonly moved: Sum
  readonly traded: Sum
}

/** The pure step behind {@link onBalanceVolumeChange}. */
export const onBalanceVolumeChangeStep = ({
  length,
}: OnBalanceVolumeChangeOptions): Kernel<OnBalanceVolumeChangeState, Pick<Bar, 'close' | 'volume'>, number> => {
  checkLengths('onBalanceVolumeChange', { length }, 1)
  return {
    name: `onBalanceVolumeChange(${length})`,
    warmup: length + 1,
    init: () => ({ close: Number.NaN, moved: sum(length), traded: sum(length) }),
    step(state, { close, volume }) {
      const direction = Math.sign(close - state.close)
      state.close = close
      if (Number.isNaN(direction)) return Number.NaN
      return slideSum(state.moved, direction * volume) / slideSum(state.traded, volume)
    },
  }
}
