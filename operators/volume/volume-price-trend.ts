import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { addTo, type Total, totalOf } from '../sum.ts'

/**
 * Volume price trend: the sum of all volume, each bar's times its return.
 *
 * Warning: its level depends on where the history begins and says nothing by itself. It is no input for a model: take
 * `volumePriceTrendChange`.
 *
 * In      a bar's { close, volume }, quote currency and base units; closes above 0
 * Out     number, base units; stays on a flat market and where nothing is traded
 * Emits   one per bar from the second on
 * State   three numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Source  Achelis 2000, Technical Analysis from A to Z
 *
 * @example
 * const bar = (close: number, volume: number) => ({ close, volume })
 * run(volumePriceTrendStep(), [bar(4, 9), bar(5, 8), bar(5, 7), bar(4, 5)]) // => [2, 2, 1]
 */
export const volumePriceTrend = (): Lifted<Pick<Bar, 'close' | 'volume'>, number> => lift(volumePriceTrendStep())

interface VolumePriceTrendState extends Total {
  close: number
}

/** The pure step behind {@link volumePriceTrend}. */
export const volumePriceTrendStep = (): Kernel<VolumePriceTrendState, Pick<Bar, 'close' | 'volume'>, number> => ({
  name: 'volumePriceTrend',
  warmup: 2,
  settle: Infinity,
  init: () => ({ close: Number.NaN, total: 0, lost: 0 }),
  step(state, { close, volume }) {
    const before = state.close
    state.close = close
    if (Number.isNaN(before)) return Number.NaN
    addTo(state, ((close - before) / before) * volume)
    return totalOf(state)
  },
})
