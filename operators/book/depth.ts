import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Ladder, type LevelRow, ladder, sizeOf, takeLevel } from '../ladder.ts'
import { checkLengths } from '../lengths.ts'

export interface DepthOptions {
  /** How many levels count on each side, the best ones. Integer, at least 1. */
  readonly levels: number
}

/** What rests near the touch. */
export interface Depth {
  /** Base units. */
  readonly bid: number
  readonly ask: number
}

/**
 * How much rests at the best `levels` prices of each side of the book.
 *
 * In      a row of `book-snapshots`: { side, price, size, isFinal }
 * Out     Depth, base units; 0 for an empty side; the record is reused
 * Emits   at the last row of each book
 * State   `4 * levels` numbers per key; a row takes at most `levels` steps
 * Late    not seen: works by order; the rows of a book stand together
 * Fails   Defect ASSERT when levels is not an integer of at least 1
 * Source  definition
 *
 * @example
 * const bid = (price: number, size: number) => ({ side: 'bid', price, size, isFinal: 0 })
 * run(depthStep({ levels: 2 }), [bid(8, 1), bid(9, 2), bid(7, 4), { side: 'ask', price: 10, size: 5, isFinal: 1 }])
 * // => [{ bid: 3, ask: 5 }]
 */
export const depth = (options: DepthOptions): Lifted<LevelRow, Depth> => lift(depthStep(options))

interface DepthState {
  readonly ladder: Ladder
  readonly out: { bid: number; ask: number }
}

/** The pure step behind {@link depth}. */
export const depthStep = ({ levels }: DepthOptions): Kernel<DepthState, LevelRow, Depth> => {
  checkLengths('depth', { levels }, 1)
  return {
    name: `depth(${levels})`,
    warmup: 1,
    settle: Infinity,
    init: () => ({ ladder: ladder(levels), out: { bid: 0, ask: 0 } }),
    step({ ladder, out }, row) {
      if (!takeLevel(ladder, row)) return undefined
      out.bid = sizeOf(ladder.bids)
      out.ask = sizeOf(ladder.asks)
      return out
    },
  }
}
