import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { type EventBars, eventBars } from '../event-bars.ts'

export interface VolumeBarsOptions {
  /** What is traded in a bar at least, base units. Positive. */
  readonly volume: number
}

/**
 * A bar for each `volume` that is traded. The trade that completes it belongs to it whole: what is too much is not
 * carried on.
 *
 * In      Trade
 * Out     Bar, prices as the input; `start` and `at` are the times of its first and last input, which may be the same
 * Emits   with the trade that completes the volume, to the precision of numbers
 * State   one bar per key
 * Late    a late input belongs to the bar in the making, at the latest time; a gap does not matter
 * Fails   Defect ASSERT when volume is not positive
 * Source  definition; Lopez de Prado 2018, Advances in Financial Machine Learning, 2.3.1
 *
 * @example
 * const trade = (at: number, size: number) => ({ at, price: 5, size, side: 'buy' })
 * const trades = [trade(0, 2), trade(1, 3), trade(2, 9), trade(3, 1)]
 * run(volumeBarsStep({ volume: 4 }), trades).map(bar => bar.volume) // => [5, 9]
 */
export const volumeBars = (options: VolumeBarsOptions): Lifted<Trade, Bar> => lift(volumeBarsStep(options))

/** What the sum of some sizes may be short of by rounding, as a share. */
const ROUNDING = 1e-12

/** The pure step behind {@link volumeBars}. */
export const volumeBarsStep = ({ volume }: VolumeBarsOptions): Expander<EventBars<null>, Trade, Bar> => {
  assert(volume > 0, `volumeBars: volume is positive, found ${volume}`)
  const enough = volume * (1 - ROUNDING)
  return eventBars<null, Trade>({
    name: `volumeBars(${volume})`,
    init: () => null,
    isComplete: (_tally, bar) => bar.volume >= enough,
  })
}
