import { type Expander, ear } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { BookDeltaLevel, BookSnapshotLevel, Level } from '../../engine/market/book.ts'
import { type BookKeeper, bookKeeper, takeDelta, takeSnapshot } from '../../engine/market/book-keeper.ts'
import { type BookSide, priceAt, sizeAt } from '../../engine/market/order-book.ts'
import { bookSnapshots } from '../../engine/market/topics.ts'
import { checkLengths } from '../lengths.ts'

export interface BookLevelsOptions {
  /** How many levels of each side are given, the best ones. Integer, at least 1. 10 is the usual. */
  readonly levels: number
}

/**
 * The best levels of the book after each update, put together from a snapshot and what has changed since.
 *
 * For feeds that tell a book once and then its changes, as the captures of `connectors/binance` do: what comes out is
 * what `depth`, `bookImbalance`, `bookSlope` and the others read. Updates are held against their numbers: those that
 * the snapshot has already are passed over, those ahead of it wait, and behind a gap there is no book until the next
 * snapshot.
 *
 * In      rows of `book-deltas`: { at, side, price, size, first, last, previous, isFinal }; rows of `book-snapshots`
 *         are heard
 * Out     rows of `book-snapshots`: { at, side, price, size, last, isFinal }, bids first, the best first; one of side
 *         'none' when the book is empty; the record is reused
 * Emits   with the last row of each update that is in the book
 * State   every level of the book, 65,536 a side at most; up to 10,000 updates that wait
 * Late    goes by numbers, not by time: an update that comes late is passed over
 * Fails   Defect ASSERT when levels is not an integer of at least 1; Reject MARKET_BOOK when a side has too many levels
 * Source  the rules of the venue for a local book: see `takeDelta`
 *
 * @example
 * const levels = { levels: 1 }
 * const heard = { 'book-snapshots': [
 *   { at: 1, side: 'bid', price: 9, size: 1, last: 5, isFinal: 0 },
 *   { at: 1, side: 'ask', price: 11, size: 2, last: 5, isFinal: 1 },
 * ] }
 * const rows = [{ at: 2, side: 'bid', price: 10, size: 3, first: 6, last: 6, previous: -1, isFinal: 1 }]
 * run(bookLevelsStep(levels), rows, heard).map(({ side, price, size }) => [side, price, size])
 * // => [['bid', 10, 3], ['ask', 11, 2]]
 */
export const bookLevels = (options: BookLevelsOptions): Lifted<BookDeltaLevel, BookSnapshotLevel> =>
  lift(bookLevelsStep(options))

/** Rows of one update, until its last has come. */
interface Gathered {
  bids: Level[]
  asks: Level[]
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

interface BookLevelsState {
  readonly keeper: BookKeeper
  readonly update: Gathered
  readonly snapshot: Gathered
  readonly out: Mutable<BookSnapshotLevel>
}

/** The pure step behind {@link bookLevels}. */
export const bookLevelsStep = ({
  levels,
}: BookLevelsOptions): Expander<BookLevelsState, BookDeltaLevel, BookSnapshotLevel> => {
  checkLengths('bookLevels', { levels }, 1)
  return {
    name: `bookLevels(${levels})`,
    warmup: 1,
    settle: Infinity,
    hears: [
      ear<BookLevelsState, BookSnapshotLevel>(bookSnapshots, ({ keeper, snapshot }, { at, last, ...row }) => {
        if (gather(snapshot, row)) takeSnapshot(keeper, { at, last, ...taken(snapshot) })
      }),
    ],
    init: () => ({
      keeper: bookKeeper(),
      update: { bids: [], asks: [] },
      snapshot: { bids: [], asks: [] },
      out: { at: 0 as BookSnapshotLevel['at'], side: 'none', price: 0, size: 0, last: 0, isFinal: 1 },
    }),
    step({ keeper, update, out }, { at, first, last, previous, ...row }, emit) {
      if (!gather(update, row)) return
      const { applied } = keeper.counts
      takeDelta(keeper, { at, first, last, previous, ...taken(update) })
      if (keeper.counts.applied === applied) return
      out.at = at
      out.last = last
      giveOut(keeper, levels, out, emit)
    },
  }
}

/** True when the update is whole. */
const gather = (
  to: Gathered,
  { side, price, size, isFinal }: Pick<BookSnapshotLevel, 'side' | 'price' | 'size' | 'isFinal'>,
): boolean => {
  if (side === 'bid') to.bids.push({ price, size })
  else if (side === 'ask') to.asks.push({ price, size })
  return isFinal === 1
}

const taken = (from: Gathered): { readonly bids: readonly Level[]; readonly asks: readonly Level[] } => {
  const { bids, asks } = from
  from.bids = []
  from.asks = []
  return { bids, asks }
}

const giveOut = (
  { book: { bids, asks } }: BookKeeper,
  levels: number,
  out: BookLevelsState['out'],
  emit: (row: BookSnapshotLevel) => void,
): void => {
  let left = Math.min(levels, bids.count) + Math.min(levels, asks.count)
  const give = (side: BookSnapshotLevel['side'], { price, size }: Level): void => {
    left -= 1
    out.side = side
    out.price = price
    out.size = size
    out.isFinal = left <= 0 ? 1 : 0
    emit(out)
  }
  if (left === 0) give('none', { price: 0, size: 0 })
  const giveSide = (side: 'bid' | 'ask', of: BookSide): void => {
    const count = Math.min(levels, of.count)
    for (let rank = 0; rank < count; rank++) give(side, { price: priceAt(of, rank), size: sizeAt(of, rank) })
  }
  giveSide('bid', bids)
  giveSide('ask', asks)
}
