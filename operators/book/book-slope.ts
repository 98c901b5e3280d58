import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Ladder, type LevelRow, ladder, middleOf, type Side, takeLevel } from '../ladder.ts'
import { checkLengths } from '../lengths.ts'

export interface BookSlopeOptions {
  /** How many levels count on each side, the best ones. Integer, at least 1. */
  readonly levels: number
}

/** How fast the book fills with the distance from the mid. */
export interface BookSlope {
  /** Base units per basis point. */
  readonly bid: number
  readonly ask: number
}

/**
 * How much more rests per basis point further from the mid: a steep side takes a large order without moving far.
 *
 * It is the slope of the straight line from the mid through the summed sizes over their distances, by least squares.
 *
 * In      a row of `book-snapshots`: { side, price, size, isFinal }
 * Out     BookSlope, base units per basis point; the record is reused
 * Emits   at the last row of each book; none while a side is empty, and none for a locked or crossed book
 * State   `4 * levels` numbers per key; a row takes at most `levels` steps
 * Late    not seen: works by order; the rows of a book stand together
 * Fails   Defect ASSERT when levels is not an integer of at least 1
 * Source  own, after Naes and Skjeltorp 2006, Journal of Financial Markets 9(4), who take elasticities instead
 *
 * @example
 * const row = (side: string, price: number, size: number, isFinal = 0) => ({ side, price, size, isFinal })
 * run(bookSlopeStep({ levels: 2 }), [row('bid', 99, 5), row('ask', 101, 5), row('ask', 102, 7, 1)])
 * // => [{ bid: 0.05, ask: 0.058 }]
 */
export const bookSlope = (options: BookSlopeOptions): Lifted<LevelRow, BookSlope> => lift(bookSlopeStep(options))

interface BookSlopeState {
  readonly ladder: Ladder
  readonly out: { bid: number; ask: number }
}

/** The pure step behind {@link bookSlope}. */
export const bookSlopeStep = ({ levels }: BookSlopeOptions): Kernel<BookSlopeState, LevelRow, BookSlope> => {
  checkLengths('bookSlope', { levels }, 1)
  return {
    name: `bookSlope(${levels})`,
    warmup: 2,
    settle: Infinity,
    init: () => ({ ladder: ladder(levels), out: { bid: 0, ask: 0 } }),
    step({ ladder, out }, row) {
      if (!takeLevel(ladder, row)) return undefined
      const middle = middleOf(ladder)
      if (!(ladder.asks.prices[0]! > middle)) return undefined
      out.bid = slopeFrom(middle, ladder.bids)
      out.ask = slopeFrom(middle, ladder.asks)
      return out
    },
  }
}

const slopeFrom = (middle: number, { prices, sizes, count }: Side): number => {
  let [resting, products, squares] = [0, 0, 0]
  for (let i = 0; i < count; i++) {
    const distance = (1e4 * Math.abs(prices[i]! - middle)) / middle
    resting += sizes[i]!
    products += distance * resting
    squares += distance * distance
  }
  return products / squares
}
