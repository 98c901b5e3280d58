import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { addTo, type Total, totalOf } from '../sum.ts'

/**
 * On-balance volume: the volume of all bars that closed higher, less that of all that closed lower.
 *
 * Warning: its level depends on where the history begins and says nothing by itself. It is no input for a model: take
 * `onBalanceVolumeChange`.
 *
 * In      a bar's { close, volume }, quote currency and base units
 * Out     number, base units; stays on a flat market and where nothing is traded
 * Emits   one per bar; the first is 0
 * State   three numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Source  Granville 1963, New Key to Stock Market Profits; begins with 0, where TA-Lib begins with the first volume
 *
 * @example
 * const bar = (close: number, volume: number) => ({ close, volume })
 * run(onBalanceVolumeStep(), [bar(5, 9), bar(6, 3), bar(6, 2), bar(4, 1)]) // => [0, 3, 3, 2]
 */
export const onBalanceVolume = (): Lifted<Pick<Bar, 'close' | 'volume'>, number> => lift(onBalanceVolumeStep())

interface OnBalanceVolumeState extends Total {
  close: number
}

/** The pure step behind {@link onBalanceVolume}. */
export const onBalanceVolumeStep = (): Kernel<OnBalanceVolumeState, Pick<Bar, 'close' | 'volume'>, number> => ({
  name: 'onBalanceVolume',
  warmup: 1,
  settle: Infinity,
  init: () => ({ close: Number.NaN, total: 0, lost: 0 }),
  step(state, { close, volume }) {
    // Not by a branch, which no processor could foretell.
    addTo(state, (Number(close > state.close) - Number(close < state.close)) * volume)
    state.close = close
    return totalOf(state)
  },
})
