import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { type EventBars, eventBars } from '../event-bars.ts'

export interface RangeBarsOptions {
  /** From low to high, quote currency. Positive. */
  readonly range: number
}

/**
 * A bar for each move of `range` from low to high: time, and trades that move nothing, do not count.
 *
 * The price that completes the range belongs to its bar, however far it jumped, and no bars are made up in between.
 *
 * In      number, price in quote currency; or Trade
 * Out     Bar, prices as the input; `start` and `at` are the times of its first and last input, which may be the same
 * Emits   with the input that completes the range, to the precision of numbers
 * State   one bar per key
 * Late    a late input belongs to the bar in the making, at the latest time; a gap does not matter
 * Fails   Defect ASSERT when range is not positive
 * Source  Nicolellis's; without the bars that some make up over a jump
 *
 * @example
 * const prices = [1.1, 1.1004, 1.101, 1.102, 1.1079].map((price, at) => [at, price])
 * const bars = runAt(rangeBarsStep({ range: 0.001 }), prices)
 * bars.map(bar => [bar.open, bar.close]) // => [[1.1, 1.101], [1.102, 1.1079]]
 */
export const rangeBars = (options: RangeBarsOptions): Lifted<number | Trade, Bar> => lift(rangeBarsStep(options))

/** What the difference of two prices is rounded by, as a share of the price. */
const ROUNDING = 2 ** -50

/** The pure step behind {@link rangeBars}. */
export const rangeBarsStep = ({ range }: RangeBarsOptions): Expander<EventBars<null>, number | Trade, Bar> => {
  assert(range > 0, `rangeBars: range is positive, found ${range}`)
  return eventBars<null, number | Trade>({
    name: `rangeBars(${range})`,
    init: () => null,
    isComplete: (_tally, { high, low }) => high - low >= range - high * ROUNDING,
  })
}
