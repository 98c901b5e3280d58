import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { type Mean, noMean, slideMean } from '../mean.ts'

export interface ForceIndexOptions {
  /** Averaging length, in bars. Integer, at least 1. 2 and 13 are the usual. */
  readonly length: number
}

/**
 * Force index: the exponential mean of each bar's change times its volume.
 *
 * Its unit is money: to compare markets, divide by what is usual there.
 *
 * In      a bar's { close, volume }, quote currency and base units
 * Out     number, quote currency; goes to 0 on a flat market and where nothing is traded
 * Emits   one per bar from bar `length + 1` on
 * State   three numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Elder 1993, Trading for a Living, ch. 8; begins with the plain mean of the first `length`
 *
 * @example
 * const bar = (close: number, volume: number) => ({ close, volume })
 * run(forceIndexStep({ length: 2 }), [bar(5, 9), bar(6, 3), bar(4, 4), bar(4, 7)]) // => [-2.5, -0.833333]
 */
export const forceIndex = (options: ForceIndexOptions): Lifted<Pick<Bar, 'close' | 'volume'>, number> =>
  lift(forceIndexStep(options))

interface ForceIndexState {
  close: number
  readonly force: Mean
}

/** The pure step behind {@link forceIndex}. */
export const forceIndexStep = ({
  length,
}: ForceIndexOptions): Kernel<ForceIndexState, Pick<Bar, 'close' | 'volume'>, number> => {
  checkLengths('forceIndex', { length }, 1)
  const weight = 2 / (length + 1)
  return {
    name: `forceIndex(${length})`,
    warmup: length + 1,
    settle: length + 1 + inputsToForget(weight),
    init: () => ({ close: Number.NaN, force: noMean() }),
    step(state, { close, volume }) {
      const change = close - state.close
      state.close = close
      if (Number.isNaN(change)) return Number.NaN
      return slideMean(state.force, change * volume, length, weight) ? state.force.mean : Number.NaN
    },
  }
}
