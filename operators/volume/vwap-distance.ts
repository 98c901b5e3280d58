import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { StateOf } from '../parts.ts'
import type { PricedAt } from '../priced.ts'
import { type VwapOptions, vwapStep } from './vwap.ts'

/**
 * How far the price is from the volume-weighted average price of the session, as a share of that.
 *
 * In      Trade, or a bar's { start, high, low, close, volume }: its close is held against its session's `vwap`
 * Out     number, share; 0 on a flat market
 * Emits   one per input within the hours; inputs outside of them are passed over
 * State   ten numbers per key
 * Late    counts into the latest session; a gap does not matter. The input at the open is the first of the session
 * Fails   Defect ASSERT when the hours make no sense; usage TIME_ZONE when nobody knows the zone
 * Source  definition: price / vwap - 1
 *
 * @example
 * const trade = (price: number, size: number) => ({ at: 0, price, size, side: 'unknown' })
 * run(vwapDistanceStep({}), [trade(6, 3), trade(10, 1), trade(7, 0)]) // => [0, 0.428571, 0]
 */
export const vwapDistance = (options: VwapOptions): Lifted<PricedAt, number> => lift(vwapDistanceStep(options))

/** The pure step behind {@link vwapDistance}. */
export const vwapDistanceStep = (options: VwapOptions): Kernel<StateOf<typeof vwapStep>, PricedAt, number> => {
  const average = vwapStep(options)
  return {
    ...average,
    name: average.name.replace('vwap', 'vwapDistance'),
    step(state, input) {
      const mean = average.step(state, input)!
      return (('price' in input ? input.price : input.close) - mean) / mean
    },
  }
}
