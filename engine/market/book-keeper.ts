import type { BookDelta, BookSnapshot, Level } from './book.ts'
import { clearBook, isCrossed, type OrderBook, orderBook, setLevel } from './order-book.ts'
import type { Micros } from './units.ts'

/** A book that is kept by snapshots and deltas, and what came of them. Plain data. */
export interface BookKeeper {
  readonly book: OrderBook
  /** Sequence number that the book stands at; -1 while there is no book: before a snapshot, and behind a gap. */
  last: number
  /** The last delta was taken on top of another, not on top of the snapshot. */
  isLinked: boolean
  /** Deltas that wait for a snapshot, in the order of their numbers. */
  held: BookDelta[]
  readonly counts: BookCounts
}

export interface BookCounts {
  snapshots: number
  /** Snapshots that are behind the book that stands: passed over. */
  staleSnapshots: number
  /** Deltas that are in the book. */
  applied: number
  /** Deltas that a snapshot, or the book, had already: passed over. */
  old: number
  /** How often a delta had to wait for a snapshot. */
  held: number
  /** Deltas that waited and had to make room for later ones. */
  dropped: number
  gaps: number
  /** Deltas after which the best bid was at the best ask or above. */
  crossed: number
}

/** Updates between `last` and the delta that came are missing: there is no book until the next snapshot. */
export interface BookGap {
  readonly at: Micros
  /** Where the book stood. */
  readonly last: number
  /** What the delta that came says: its first and last number, and the last of the one before it, or -1. */
  readonly found: Pick<BookDelta, 'first' | 'last' | 'previous'>
}

/** Deltas that wait for a snapshot, at most: some minutes of the fastest feeds. */
export const HELD_MAX: number = 10_000

export const bookKeeper = (): BookKeeper => ({
  book: orderBook(),
  last: -1,
  isLinked: false,
  held: [],
  counts: { snapshots: 0, staleSnapshots: 0, applied: 0, old: 0, held: 0, dropped: 0, gaps: 0, crossed: 0 },
})

/**
 * Puts a snapshot in place of the book, and the deltas that waited on top of it.
 *
 * `applied` hears of each delta, when the book is as it says. A snapshot that is behind the book is passed over. The
 * gap is that between the snapshot and what waited, or inside of that; null when there is none.
 */
export const takeSnapshot = (keeper: BookKeeper, snapshot: BookSnapshot, applied: Applied = ignore): BookGap | null => {
  const { book, counts, held } = keeper
  counts.snapshots += 1
  if (snapshot.last < keeper.last) {
    counts.staleSnapshots += 1
    return null
  }
  clearBook(book)
  putLevels(book, snapshot.bids, snapshot.asks)
  // A snapshot of where the book stands already changes nothing about what comes next.
  keeper.isLinked &&= snapshot.last === keeper.last
  keeper.last = snapshot.last
  keeper.held = []
  let gap: BookGap | null = null
  for (const delta of held) gap = takeDelta(keeper, delta, applied) ?? gap
  return gap
}

/**
 * Takes a delta into the book if it is the next one; tells the gap if it is not.
 *
 * A delta that tells the last number of the one before it (`previous`) must tell that of the book. The first on top of
 * a snapshot holds the number of the snapshot: `first` <= number <= `last`; those that end before it are passed over.
 * Of a delta that does not tell, `first` must be the next number; the first on top of a snapshot holds that next one,
 * and those that end with the snapshot are passed over.
 *
 * Without a book a delta waits, and `HELD_MAX` of them at most. So does the one that showed a gap, and all behind it.
 * Fails  Reject MARKET_BOOK when a side has too many levels
 */
export const takeDelta = (keeper: BookKeeper, delta: BookDelta, applied: Applied = ignore): BookGap | null => {
  const { book, counts } = keeper
  if (keeper.last < 0) {
    hold(keeper, delta)
    return null
  }
  if (isOld(keeper, delta)) {
    counts.old += 1
    return null
  }
  if (!isNext(keeper, delta)) {
    const { first, last, previous } = delta
    const gap = { at: delta.at, last: keeper.last, found: { first, last, previous } }
    counts.gaps += 1
    clearBook(book)
    keeper.last = -1
    hold(keeper, delta)
    return gap
  }
  putLevels(book, delta.bids, delta.asks)
  keeper.last = delta.last
  keeper.isLinked = true
  counts.applied += 1
  if (isCrossed(book)) counts.crossed += 1
  applied(delta)
  return null
}

type Applied = (delta: BookDelta) => void

const ignore: Applied = () => undefined

/** Everything in it is in the book. What links to the update before it may end on the very number of the snapshot. */
const isOld = ({ last, isLinked }: BookKeeper, delta: BookDelta): boolean =>
  delta.last < last || (delta.last === last && (isLinked || delta.previous < 0))

const isNext = ({ last, isLinked }: BookKeeper, { first, previous }: BookDelta): boolean => {
  if (previous < 0) return isLinked ? first === last + 1 : first <= last + 1
  return isLinked ? previous === last : first <= last
}

const hold = ({ held, counts }: BookKeeper, delta: BookDelta): void => {
  counts.held += 1
  let place = held.length
  while (place > 0 && held[place - 1]!.last > delta.last) place -= 1
  held.splice(place, 0, delta)
  if (held.length <= HELD_MAX) return
  held.shift()
  counts.dropped += 1
}

const putLevels = ({ bids, asks }: OrderBook, bidLevels: readonly Level[], askLevels: readonly Level[]): void => {
  for (const { price, size } of bidLevels) setLevel(bids, price, size)
  for (const { price, size } of askLevels) setLevel(asks, price, size)
}
