import { ear, type Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Exposure, ended, filled, missing, ordered } from '../../engine/market/exposure.ts'
import type { Intent } from '../../engine/market/order.ts'
import type { Target } from '../../engine/market/target.ts'
import { fills, orderUpdates } from '../../engine/market/topics.ts'
import type { Lots, Micros, Ticks } from '../../engine/market/units.ts'
import { type TimeToLive, timeToLive } from '../time-to-live.ts'

export interface MarketOrderOptions extends TimeToLive {}

/**
 * Orders at the market what is missing between the target and the position, orders on their way included.
 *
 * What the venue rejects, cancels or lets expire counts as missing again: the next target asks for it anew.
 *
 * In      Target; hears the topics `fills` and `order-updates`
 * Out     Intent; `at` is 0 until the runner stamps it, since a kernel has no clock; the record is reused
 * Emits   one per input, none when nothing is missing
 * State   the position and the lots in flight per key
 * Late    not seen
 * Fails   Defect ASSERT when liveMs does not fit the time in force
 * Source  own
 *
 * @example
 * const intents = run(marketOrderStep({ timeInForce: 'IOC' }), [3, 3, -1].map(lots => ({ lots, price: 5 })))
 * intents.map(({ side, lots }) => `${side} ${lots}`) // => ['buy 3', 'sell 4']
 */
export const marketOrder = (options: MarketOrderOptions): Lifted<Target, Intent> => lift(marketOrderStep(options))

type Mutable<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] }

interface MarketOrderState extends Exposure {
  readonly out: Mutable<Intent>
}

/** The pure step behind {@link marketOrder}. */
export const marketOrderStep = (options: MarketOrderOptions): Kernel<MarketOrderState, Target, Intent> => {
  const { name, fields } = timeToLive('marketOrder', options)
  return {
    name: `marketOrder(${name})`,
    warmup: 1,
    hears: [ear(fills, filled), ear(orderUpdates, ended)],
    init: () => ({
      position: 0 as Lots,
      inFlight: 0 as Lots,
      out: { at: 0 as Micros, type: 'market', side: 'buy', lots: 0 as Lots, limit: 0 as Ticks, ...fields },
    }),
    step(state, target) {
      const { out } = state
      const lots = missing(state, target.lots)
      if (lots === 0) return undefined
      ordered(state, lots)
      out.side = lots > 0 ? 'buy' : 'sell'
      out.lots = Math.abs(lots) as Lots
      return out
    },
  }
}
