import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { type EventBars, eventBars } from '../event-bars.ts'
import { checkLengths } from '../lengths.ts'

export interface TickBarsOptions {
  /** Inputs that make a bar. Integer, at least 1. */
  readonly count: number
}

/**
 * A bar for each `count` prices or trades: fast where much happens, slow where little does.
 *
 * In      number, price in quote currency; or Trade
 * Out     Bar, prices as the input; `start` and `at` are the times of its first and last input, which may be the same
 * Emits   with the input that completes the bar
 * State   one bar per key
 * Late    a late input belongs to the bar in the making, at the latest time; a gap does not matter
 * Fails   Defect ASSERT when count is not an integer of at least 1
 * Source  definition; Lopez de Prado 2018, Advances in Financial Machine Learning, 2.3.1
 *
 * @example
 * const prices = [5, 7, 6, 4, 3].map((price, at) => [at, price])
 * runAt(tickBarsStep({ count: 2 }), prices).map(bar => [bar.start, bar.at, bar.close]) // => [[0, 1, 7], [2, 3, 4]]
 */
export const tickBars = (options: TickBarsOptions): Lifted<number | Trade, Bar> => lift(tickBarsStep(options))

/** The pure step behind {@link tickBars}. */
export const tickBarsStep = ({ count }: TickBarsOptions): Expander<EventBars<null>, number | Trade, Bar> => {
  checkLengths('tickBars', { count }, 1)
  return {
    ...eventBars<null, number | Trade>({
      name: `tickBars(${count})`,
      init: () => null,
      isComplete: (_tally, bar) => bar.count >= count,
    }),
    warmup: count,
  }
}
