import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Signal, Target } from '../../engine/market/target.ts'
import type { Lots } from '../../engine/market/units.ts'

export interface FixedSizeOptions {
  /** What to hold when not flat. Integer, at least 1. */
  readonly lots: number
}

/**
 * The same size every time.
 *
 * In      Signal
 * Out     Target, lots with the sign of the direction; the record is reused
 * Emits   one per input
 * State   none that counts
 * Late    not seen
 * Fails   Defect ASSERT when lots is not an integer of at least 1
 * Source  definition
 *
 * @example
 * run(fixedSizeStep({ lots: 2 }), [{ direction: -1, price: 5 }]) // => [{ lots: -2, price: 5 }]
 */
export const fixedSize = (options: FixedSizeOptions): Lifted<Signal, Target> => lift(fixedSizeStep(options))

/** The pure step behind {@link fixedSize}. */
export const fixedSizeStep = ({ lots }: FixedSizeOptions): Kernel<{ lots: Lots; price: number }, Signal, Target> => {
  assert(Number.isInteger(lots) && lots >= 1, `fixedSize: lots is an integer of at least 1, found ${lots}`)
  return {
    name: `fixedSize(${lots})`,
    warmup: 1,
    init: () => ({ lots: 0 as Lots, price: Number.NaN }),
    step(out, { direction, price }) {
      // 0 of either side is the same 0: -0 has other bytes.
      out.lots = (direction * lots + 0) as Lots
      out.price = price
      return out
    },
  }
}
