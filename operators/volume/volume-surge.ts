import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface VolumeSurgeOptions {
  /** Window, in bars. Integer, at least 2. 20 is the usual. */
  readonly length: number
  /** How many times the mean is a surge. Positive, below `length`, which no ratio exceeds. 1.5 is the usual. */
  readonly above: number
}

/**
 * Whether a bar has much more volume than the mean of the window that ends with it: `volumeRatio` as a flag, which says
 * something about windows without volume, too.
 *
 * In      a bar's { volume }, base units
 * Out     number, 1 for a surge, else 0; 0 while nothing is traded
 * Emits   one per bar from bar `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2, or above not within 0 to length
 * Source  definition
 *
 * @example
 * const bar = (volume: number) => ({ volume })
 * run(volumeSurgeStep({ length: 3, above: 1.5 }), [1, 1, 1, 4, 4, 0].map(bar)) // => [0, 1, 0, 0]
 */
export const volumeSurge = (options: VolumeSurgeOptions): Lifted<Pick<Bar, 'volume'>, number> =>
  lift(volumeSurgeStep(options))

/** The pure step behind {@link volumeSurge}. */
export const volumeSurgeStep = ({ length, above }: VolumeSurgeOptions): Kernel<Sum, Pick<Bar, 'volume'>, number> => {
  checkLengths('volumeSurge', { length }, 2)
  assert(above > 0 && above < length, `volumeSurge: above is above 0 and below the length ${length}, found ${above}`)
  return {
    name: `volumeSurge(${length}, ${above})`,
    warmup: length,
    init: () => sum(length),
    step(state, { volume }) {
      const total = slideSum(state, volume)
      if (Number.isNaN(total)) return Number.NaN
      return length * volume > above * total ? 1 : 0
    },
  }
}
