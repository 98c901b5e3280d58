import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { type EventBars, eventBars } from '../event-bars.ts'
import {
  checkExpectations,
  type ExpectationOptions,
  type Expectations,
  expectations,
  takeTrade,
} from '../expectations.ts'

export interface ImbalanceBarsOptions extends ExpectationOptions {
  /** At least this share of what is traded is expected to be imbalance, above 0 and at most 1. 0.1 is a good one. */
  readonly floor: number
}

/**
 * A bar for each surprise in who trades: complete when bought less sold is more than is expected of a bar.
 *
 * The expectation is that of its trades times that of the imbalance of a trade. Left alone it runs away or collapses to
 * bars of one trade: `least` and `most` bound the trades, `floor` the imbalance.
 *
 * In      Trade
 * Out     Bar; `start` and `at` are the times of its first and last trade, which may be the same
 * Emits   with the trade that completes the bar; the first bar has `trades` of them
 * State   one bar and eight numbers per key
 * Late    a late trade belongs to the bar in the making, at the latest time; a gap does not matter
 * Fails   Defect ASSERT when a length is not an integer within its bounds, or floor not within 0 to 1
 * Source  Lopez de Prado 2018, Advances in Financial Machine Learning, 2.3.2, with expectations that move once a bar;
 *         sides by the venue, else by the tick rule. On a flat market without sides a bar has `most` trades
 *
 * @example
 * const trade = (at: number, side: string) => ({ at, price: 5, size: 1, side })
 * const sides = ['buy', 'buy', 'buy', 'sell', 'sell', 'sell', 'buy']
 * const trades = sides.map((side, at) => trade(at, side))
 * const bars = run(imbalanceBarsStep({ by: 'volume', trades: 2, least: 1, most: 9, memory: 3, floor: 0.1 }), trades)
 * bars.map(bar => bar.count) // => [2, 4, 1]
 */
export const imbalanceBars = (options: ImbalanceBarsOptions): Lifted<Trade, Bar> => lift(imbalanceBarsStep(options))

/** The pure step behind {@link imbalanceBars}. */
export const imbalanceBarsStep = (options: ImbalanceBarsOptions): Expander<EventBars<Expectations>, Trade, Bar> => {
  checkExpectations('imbalanceBars', options)
  const { by, trades, floor } = options
  assert(floor > 0 && floor <= 1, `imbalanceBars: floor is above 0 and at most 1, found ${floor}`)
  const surprise = ({ bought, sold, expectedTrades, expectedBought, expectedSold }: Expectations): boolean => {
    const imbalance = Math.abs(bought - sold)
    const least = floor * (expectedBought + expectedSold)
    const expected = expectedTrades * Math.max(Math.abs(expectedBought - expectedSold), least)
    return imbalance > 0 && imbalance >= expected
  }
  return {
    ...eventBars<Expectations, Trade>({
      name: `imbalanceBars(${by}, ${trades})`,
      init: expectations,
      isComplete: (tally, _bar, trade) => takeTrade(tally, trade, options, surprise),
    }),
    warmup: trades,
  }
}
