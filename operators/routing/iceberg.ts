import { ear, type Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { signed } from '../../engine/market/exposure.ts'
import type { Target } from '../../engine/market/target.ts'
import { fills } from '../../engine/market/topics.ts'
import type { Lots } from '../../engine/market/units.ts'
import { checkLengths } from '../lengths.ts'

export interface IcebergOptions {
  /** The most that is ordered at a time. Integer, at least 1. */
  readonly showLots: number
}

/**
 * Shows a large order in small parts: the next one when the one before is filled.
 *
 * `limitOrder` with 'GTC' behind it rests with one part at a time; the market sees no more than that. What is ended
 * without a fill is asked for again, since the target stays.
 *
 * In      Target, at each price anew; hears the topic `fills`
 * Out     Target: the position and at most `showLots` more towards the target; the record is reused
 * Emits   one per input
 * State   the position per key
 * Late    not seen; the latest fills count
 * Fails   Defect ASSERT when showLots is not an integer of at least 1
 * Source  definition
 *
 * @example
 * const targets = [8, 8, -1].map(lots => ({ lots, price: 5 }))
 * const heard = { fills: [{ side: 'buy', lots: 3 }] }
 * run(icebergStep({ showLots: 2 }), targets, heard).map(target => target.lots) // => [5, 5, 1]
 */
export const iceberg = (options: IcebergOptions): Lifted<Target, Target> => lift(icebergStep(options))

interface IcebergState {
  position: Lots
  readonly out: { lots: Lots; price: number }
}

/** The pure step behind {@link iceberg}. */
export const icebergStep = ({ showLots }: IcebergOptions): Kernel<IcebergState, Target, Target> => {
  checkLengths('iceberg', { showLots }, 1)
  return {
    name: `iceberg(${showLots})`,
    warmup: 1,
    hears: [
      ear(fills, (state: IcebergState, { side, lots }) => {
        state.position = (state.position + signed(side, lots)) as Lots
      }),
    ],
    init: () => ({ position: 0 as Lots, out: { lots: 0 as Lots, price: Number.NaN } }),
    step({ position, out }, { lots, price }) {
      out.lots = Math.max(position - showLots, Math.min(position + showLots, lots)) as Lots
      out.price = price
      return out
    },
  }
}
