import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface QstickOptions {
  /** Window, in bars. Integer, at least 1. 8 is the usual. */
  readonly length: number
}

/**
 * Qstick: the mean body of the last bars, how far they have gone from open to close.
 *
 * As an input of a model divide it by a range such as `atr`, or take `balanceOfPower`: its unit is that of the price.
 *
 * In      a bar's { open, close }, prices in any unit
 * Out     number, unit of the prices; 0 on a flat market
 * Emits   one per bar from bar `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap between two bars is in neither
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Chande and Kroll 1994, The New Technical Trader; plain mean
 *
 * @example
 * run(qstickStep({ length: 2 }), [{ open: 1, close: 2 }, { open: 2, close: 4 }, { open: 4, close: 4 }]) // => [1.5, 1]
 */
export const qstick = (options: QstickOptions): Lifted<Pick<Bar, 'open' | 'close'>, number> => lift(qstickStep(options))

/** The pure step behind {@link qstick}. */
export const qstickStep = ({ length }: QstickOptions): Kernel<Sum, Pick<Bar, 'open' | 'close'>, number> => {
  checkLengths('qstick', { length }, 1)
  return {
    name: `qstick(${length})`,
    warmup: length,
    init: () => sum(length),
    step: (state, { open, close }) => slideSum(state, close - open) / length,
  }
}
