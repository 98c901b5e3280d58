import {
  type BookDelta,
  type BookDeltaLevel,
  type BookSnapshot,
  type BookSnapshotLevel,
  deltaLevels,
  snapshotLevels,
} from '../../engine/market/book.ts'
import {
  type BookCounts,
  type BookGap,
  type BookKeeper,
  bookKeeper,
  takeDelta,
  takeSnapshot,
} from '../../engine/market/book-keeper.ts'
import { isCrossed } from '../../engine/market/order-book.ts'
import type { Micros } from '../../engine/market/units.ts'
import { type Best, type BestCheck, bestCheck, takeBuilt, takeQuoted } from './best-check.ts'

/** The book of one instrument of a feed, and how well it agrees with the quotes of the same feed. */
export interface FeedBook {
  readonly keeper: BookKeeper
  readonly check: BestCheck
}

/** Where the rows of a book go. */
export interface BookRows {
  snapshot(level: BookSnapshotLevel): void
  delta(level: BookDeltaLevel): void
}

/** What came of a book. */
export interface BookReport extends BookCounts {
  /** Books whose best prices and sizes the venue told too, and those that were equal to it. */
  readonly compared: number
  readonly equal: number
  /** The book stands, and its best bid is at the best ask or above. */
  readonly isCrossed: boolean
}

export const feedBook = (): FeedBook => ({ keeper: bookKeeper(), check: bestCheck() })

/**
 * Rows that need no more checks: a snapshot, then the deltas that are next, in order. What had to wait has the time of
 * the snapshot that it waited for. A gap gives an empty book: none is known until the next snapshot.
 */
export const feedSnapshot = ({ keeper, check }: FeedBook, snapshot: BookSnapshot, rows: BookRows): BookGap | null => {
  if (snapshot.last >= keeper.last) for (const level of snapshotLevels(snapshot)) rows.snapshot(level)
  return told(takeSnapshot(keeper, snapshot, applied(keeper, check, rows, snapshot.at)), rows, snapshot.at)
}

export const feedDelta = ({ keeper, check }: FeedBook, delta: BookDelta, rows: BookRows): BookGap | null =>
  told(takeDelta(keeper, delta, applied(keeper, check, rows, delta.at)), rows, delta.at)

export const feedBest = ({ check }: FeedBook, update: number, best: Best): void => takeQuoted(check, update, best)

export const bookReport = ({ keeper, check: { compared, equal } }: FeedBook): BookReport => ({
  ...keeper.counts,
  compared,
  equal,
  isCrossed: isCrossed(keeper.book),
})

const applied =
  (keeper: BookKeeper, check: BestCheck, rows: BookRows, at: Micros) =>
  (delta: BookDelta): void => {
    for (const level of deltaLevels({ ...delta, at })) rows.delta(level)
    takeBuilt(check, delta.last, keeper.book)
  }

const told = (gap: BookGap | null, rows: BookRows, at: Micros): BookGap | null => {
  if (gap !== null) for (const level of snapshotLevels({ at, last: gap.last, bids: [], asks: [] })) rows.snapshot(level)
  return gap
}
