import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Ladder, type LevelRow, ladder, sizeOf, takeLevel } from '../ladder.ts'
import { checkLengths } from '../lengths.ts'

export interface BookImbalanceOptions {
  /** How many levels count on each side, the best ones. Integer, at least 1. */
  readonly levels: number
}

/**
 * Which side of the book is the heavier over its best `levels` prices: 1 where there are only bids, -1 where there are
 * only asks.
 *
 * In      a row of `book-snapshots`: { side, price, size, isFinal }
 * Out     number, -1..1
 * Emits   at the last row of each book; none for a book without sizes
 * State   `4 * levels` numbers per key; a row takes at most `levels` steps
 * Late    not seen: works by order; the rows of a book stand together
 * Fails   Defect ASSERT when levels is not an integer of at least 1
 * Source  Cao, Hansch and Wang 2009, Journal of Futures Markets 29(1): (bids - asks) / (bids + asks)
 *
 * @example
 * const bid = { side: 'bid', price: 9, size: 6, isFinal: 0 }
 * run(bookImbalanceStep({ levels: 2 }), [bid, { side: 'ask', price: 10, size: 2, isFinal: 1 }]) // => [0.5]
 */
export const bookImbalance = (options: BookImbalanceOptions): Lifted<LevelRow, number> =>
  lift(bookImbalanceStep(options))

/** The pure step behind {@link bookImbalance}. */
export const bookImbalanceStep = ({ levels }: BookImbalanceOptions): Kernel<Ladder, LevelRow, number> => {
  checkLengths('bookImbalance', { levels }, 1)
  return {
    name: `bookImbalance(${levels})`,
    warmup: 1,
    settle: Infinity,
    init: () => ladder(levels),
    step(state, row) {
      if (!takeLevel(state, row)) return Number.NaN
      const bids = sizeOf(state.bids)
      const asks = sizeOf(state.asks)
      return (bids - asks) / (bids + asks)
    },
  }
}
