import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

/**
 * Negative volume index: what 1000 would have become in the bars with less volume than the one before, in no others.
 *
 * Warning: its level depends on where the history begins and says nothing by itself. It is no input for a model: hold
 * it against its own mean.
 *
 * In      a bar's { close, volume }, quote currency and base units; closes above 0
 * Out     number, index points; stays on a flat market and where volume does not fall
 * Emits   one per bar; the first is 1000; none for a close that is not positive, which is passed over
 * State   three numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Source  Dysart's, with returns as in Fosback 1976, Stock Market Logic
 *
 * @example
 * const bar = (close: number, volume: number) => ({ close, volume })
 * const bars = [bar(4, 5), bar(5, 9), bar(6, 7), bar(3, 8), bar(9, 8)]
 * run(negativeVolumeIndexStep(), bars) // => [1000, 1000, 1200, 1200, 1200]
 */
export const negativeVolumeIndex = (): Lifted<Pick<Bar, 'close' | 'volume'>, number> => lift(negativeVolumeIndexStep())

interface NegativeVolumeIndexState {
  close: number
  volume: number
  index: number
}

/** The pure step behind {@link negativeVolumeIndex}. */
export const negativeVolumeIndexStep = (): Kernel<NegativeVolumeIndexState, Pick<Bar, 'close' | 'volume'>, number> => ({
  name: 'negativeVolumeIndex',
  warmup: 1,
  settle: Infinity,
  init: () => ({ close: Number.NaN, volume: Number.NaN, index: 1000 }),
  step(state, { close, volume }) {
    if (close <= 0) return Number.NaN
    if (volume < state.volume) state.index += (state.index * (close - state.close)) / state.close
    state.close = close
    state.volume = volume
    return state.index
  },
})
