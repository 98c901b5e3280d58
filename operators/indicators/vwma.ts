import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface VwmaOptions {
  /** Window, in bars. Integer, at least 1. */
  readonly length: number
}

/**
 * Volume-weighted moving average: the mean close of the last `length` bars, each with the weight of its volume.
 *
 * In      a bar's { close, volume }, quote currency and base units
 * Out     number, quote currency; the price itself on a flat market
 * Emits   one per bar from bar `length` on; none while the window has no volume
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  definition
 *
 * @example
 * const bar = (close: number, volume: number) => ({ close, volume })
 * run(vwmaStep({ length: 2 }), [bar(1, 3), bar(5, 1), bar(9, 1), bar(9, 0)]) // => [2, 7, 9]
 */
export const vwma = (options: VwmaOptions): Lifted<Pick<Bar, 'close' | 'volume'>, number> => lift(vwmaStep(options))

interface VwmaState {
  readonly value: Sum
  readonly volume: Sum
}

/** The pure step behind {@link vwma}. */
export const vwmaStep = ({ length }: VwmaOptions): Kernel<VwmaState, Pick<Bar, 'close' | 'volume'>, number> => {
  checkLengths('vwma', { length }, 1)
  return {
    name: `vwma(${length})`,
    warmup: length,
    init: () => ({ value: sum(length), volume: sum(length) }),
    step({ value, volume }, bar) {
      const traded = slideSum(value, bar.close * bar.volume)
      return traded / slideSum(volume, bar.volume)
    },
  }
}
