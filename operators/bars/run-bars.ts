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

/**
 * A bar for each surprise in what one side does: complete when what was bought in it, or what was sold, is more than is
 * expected of a bar. Unlike in `imbalanceBars`, the other side takes nothing away.
 *
 * The expectation is that of its trades times what is expected of a trade's stronger side. Left alone it runs away:
 * `least` and `most` bound the trades.
 *
 * In      Trade
 * Out     Bar; `start` and `at` are the times of its first and last trade, which may be the same
 * Emits   with the trade that completes the bar; the first bar has `trades` of them
 * State   one bar and eight numbers per key
 * Late    a late trade belongs to the bar in the making, at the latest time; a gap does not matter
 * Fails   Defect ASSERT when a length is not an integer within its bounds
 * Source  Lopez de Prado 2018, Advances in Financial Machine Learning, 2.3.2, with expectations that move once a bar;
 *         sides by the venue, else by the tick rule. On a flat market without sides a bar has `most` trades
 *
 * @example
 * const trade = (at: number, side: string) => ({ at, price: 5, size: 1, side })
 * const sides = ['buy', 'buy', 'buy', 'sell', 'buy', 'sell', 'sell', 'sell']
 * const trades = sides.map((side, at) => trade(at, side))
 * const bars = run(runBarsStep({ by: 'trades', trades: 2, least: 1, most: 9, memory: 3 }), trades)
 * bars.map(bar => bar.count) // => [2, 3, 3]
 */
export const runBars = (options: ExpectationOptions): Lifted<Trade, Bar> => lift(runBarsStep(options))

/** The pure step behind {@link runBars}. */
export const runBarsStep = (options: ExpectationOptions): Expander<EventBars<Expectations>, Trade, Bar> => {
  checkExpectations('runBars', options)
  const { by, trades } = options
  const surprise = ({ bought, sold, expectedTrades, expectedBought, expectedSold }: Expectations): boolean => {
    const stronger = Math.max(bought, sold)
    return stronger > 0 && stronger >= expectedTrades * Math.max(expectedBought, expectedSold)
  }
  return {
    ...eventBars<Expectations, Trade>({
      name: `runBars(${by}, ${trades})`,
      init: expectations,
      isComplete: (tally, _bar, trade) => takeTrade(tally, trade, options, surprise),
    }),
    warmup: trades,
  }
}
