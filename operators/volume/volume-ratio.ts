import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface VolumeRatioOptions {
  /** Window, in bars. Integer, at least 1. 20 is the usual. */
  readonly length: number
}

/**
 * The volume of a bar as a multiple of the mean volume of the window that ends with it.
 *
 * The bar is part of its own mean, so the ratio is at most `length`. Volume has a course over the day: the first bar
 * after an opening is always large.
 *
 * In      a bar's { volume }, base units
 * Out     number, 0 to length; 1 where all volumes are equal
 * Emits   one per bar from bar `length` on; none while the window has no volume
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  definition
 *
 * @example
 * const bar = (volume: number) => ({ volume })
 * run(volumeRatioStep({ length: 2 }), [3, 1, 1, 0, 0, 4].map(bar)) // => [0.5, 1, 0, 2]
 */
export const volumeRatio = (options: VolumeRatioOptions): Lifted<Pick<Bar, 'volume'>, number> =>
  lift(volumeRatioStep(options))

/** The pure step behind {@link volumeRatio}. */
export const volumeRatioStep = ({ length }: VolumeRatioOptions): Kernel<Sum, Pick<Bar, 'volume'>, number> => {
  checkLengths('volumeRatio', { length }, 1)
  return {
    name: `volumeRatio(${length})`,
    warmup: length,
    init: () => sum(length),
    step: (state, { volume }) => (length * volume) / slideSum(state, volume),
  }
}
