import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { type EventBars, eventBars } from '../event-bars.ts'

export interface NotionalBarsOptions {
  /** What is paid in a bar at least, quote currency. Positive. */
  readonly notional: number
}

/**
 * A bar for each amount of money that is traded, also called dollar bars: unlike `volumeBars` it keeps its measure when
 * the price doubles. The trade that completes it belongs to it whole.
 *
 * In      Trade
 * Out     Bar, prices as the input; `start` and `at` are the times of its first and last input, which may be the same
 * Emits   with the trade that completes the amount, to the precision of numbers
 * State   one bar per key
 * Late    a late input belongs to the bar in the making, at the latest time; a gap does not matter
 * Fails   Defect ASSERT when notional is not positive
 * Source  definition; Lopez de Prado 2018, Advances in Financial Machine Learning, 2.3.1
 *
 * @example
 * const trade = (at: number, price: number) => ({ at, price, size: 2, side: 'buy' })
 * const trades = [trade(0, 5), trade(1, 5), trade(2, 20), trade(3, 1)]
 * run(notionalBarsStep({ notional: 20 }), trades).map(bar => bar.count) // => [2, 1]
 */
export const notionalBars = (options: NotionalBarsOptions): Lifted<Trade, Bar> => lift(notionalBarsStep(options))

interface Paid {
  paid: number
}

/** What the sum of some amounts may be short of by rounding, as a share. */
const ROUNDING = 1e-12

/** The pure step behind {@link notionalBars}. */
export const notionalBarsStep = ({ notional }: NotionalBarsOptions): Expander<EventBars<Paid>, Trade, Bar> => {
  assert(notional > 0, `notionalBars: notional is positive, found ${notional}`)
  const enough = notional * (1 - ROUNDING)
  return eventBars<Paid, Trade>({
    name: `notionalBars(${notional})`,
    init: () => ({ paid: 0 }),
    isComplete(tally, _bar, { price, size }) {
      tally.paid += price * size
      if (tally.paid < enough) return false
      tally.paid = 0
      return true
    },
  })
}
