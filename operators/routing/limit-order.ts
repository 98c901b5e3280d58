import { assert } from '../../engine/assert.ts'
import { ear, type Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Terms, termsOf, toTicks } from '../../engine/market/decimal.ts'
import { type Exposure, ended, filled, missing, ordered } from '../../engine/market/exposure.ts'
import type { Intent } from '../../engine/market/order.ts'
import type { Target } from '../../engine/market/target.ts'
import { fills, instruments, orderUpdates } from '../../engine/market/topics.ts'
import type { Lots, Micros, Ticks } from '../../engine/market/units.ts'
import { type TimeToLive, timeToLive } from '../time-to-live.ts'

export interface LimitOrderOptions extends TimeToLive {
  /** How much worse than the price the limit may be, ticks. Negative waits for a better price. Integer. */
  readonly offsetTicks: number
}

/**
 * Orders with a limit what is missing between the target and the position, orders on their way included.
 *
 * A resting order counts as held; a target that turns is answered by an order to the other side, not by a cancellation.
 *
 * In      Target; hears the topics `fills`, `order-updates` and `instruments` (tick size)
 * Out     Intent, limit in ticks, rounded in our favour; `at` is 0 until the runner stamps it; the record is reused
 * Emits   one per input once the instrument has been heard; none when nothing is missing, or the limit would not be
 *         above 0
 * State   the position, the lots in flight and the terms of the instrument per key
 * Late    not seen
 * Fails   Defect ASSERT when offsetTicks is not an integer, or liveMs does not fit the time in force
 * Source  own
 *
 * @example
 * const heard = { instruments: [{ id: 'X', tickSize: '0.01', lotSize: '1', multiplier: '1', decimals: 2 }] }
 * const step = limitOrderStep({ offsetTicks: 2, timeInForce: 'GTC' })
 * const intents = run(step, [{ lots: 3, price: 1.005 }, { lots: 0, price: 1.005 }], heard)
 * intents.map(({ side, limit }) => `${side} at ${limit}`) // => ['buy at 102', 'sell at 99']
 */
export const limitOrder = (options: LimitOrderOptions): Lifted<Target, Intent> => lift(limitOrderStep(options))

type Mutable<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] }

interface LimitOrderState extends Exposure {
  terms: Terms | null
  readonly out: Mutable<Intent>
}

/** The pure step behind {@link limitOrder}. */
export const limitOrderStep = (options: LimitOrderOptions): Kernel<LimitOrderState, Target, Intent> => {
  const { offsetTicks } = options
  const { name, fields } = timeToLive('limitOrder', options)
  assert(Number.isInteger(offsetTicks), `limitOrder: offsetTicks is an integer, found ${offsetTicks}`)
  return {
    name: `limitOrder(${offsetTicks}, ${name})`,
    warmup: 1,
    hears: [
      ear(fills, filled),
      ear(orderUpdates, ended),
      ear(instruments, (state: LimitOrderState, instrument) => {
        state.terms = termsOf(instrument)
      }),
    ],
    init: () => ({
      position: 0 as Lots,
      inFlight: 0 as Lots,
      terms: null,
      out: { at: 0 as Micros, type: 'limit', side: 'buy', lots: 0 as Lots, limit: 0 as Ticks, ...fields },
    }),
    step(state, { lots: target, price }) {
      const { terms, out } = state
      const lots = missing(state, target)
      if (terms === null || lots === 0) return undefined
      const isBuy = lots > 0
      const limit = isBuy ? toTicks(price, terms, 'down') + offsetTicks : toTicks(price, terms, 'up') - offsetTicks
      if (limit <= 0) return undefined
      ordered(state, lots)
      out.side = isBuy ? 'buy' : 'sell'
      out.lots = Math.abs(lots) as Lots
      out.limit = limit as Ticks
      return out
    },
  }
}
