import {
  type BookDelta,
  type BookDeltaLevel,
  type BookSnapshot,
  type BookSnapshotLevel,
  deltaLevels,
  type Level,
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
import { type BookSide, isCrossed, priceAt, sizeAt } from '../../engine/market/order-book.ts'
import type { Micros } from '../../engine/market/units.ts'
import { type Best, type BestCheck, bestCheck, takeBuilt, takeQuoted } from './best-check.ts'

/** The book of one instrument of a feed, and how well it agrees with the quotes of the same feed. */
export interface FeedBook {
  readonly keeper: BookKeeper
  readonly check: BestCheck
}

/** Where the rows of a book go, and what is told. */
export interface BookRows {
  snapshot(level: BookSnapshotLevel): void
  delta(level: BookDeltaLevel): void
  /** So many of the best levels of each side after each update; null: a snapshot, then what changes. */
  readonly levels: number | null
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
 * Rows that need no more checks: a snapshot, then the deltas that are next, in order; or the best levels as they are
 * after each of these. What had to wait has the time of the snapshot that it waited for. A gap gives an empty book:
 * none is known until the next snapshot.
 */
export const feedSnapshot = ({ keeper, check }: FeedBook, snapshot: BookSnapshot, rows: BookRows): BookGap | null => {
  if (snapshot.last >= keeper.last)
    for (const level of snapshotLevels(bestOf(snapshot, rows.levels))) rows.snapshot(level)
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
    const { levels } = rows
    if (levels === null) for (const level of deltaLevels({ ...delta, at })) rows.delta(level)
    else for (const level of snapshotLevels(standing(keeper, at, levels))) rows.snapshot(level)
    takeBuilt(check, delta.last, keeper.book)
  }

const told = (gap: BookGap | null, rows: BookRows, at: Micros): BookGap | null => {
  if (gap !== null) for (const level of snapshotLevels({ at, last: gap.last, bids: [], asks: [] })) rows.snapshot(level)
  return gap
}

const bestOf = (snapshot: BookSnapshot, levels: number | null): BookSnapshot => {
  if (levels === null) return snapshot
  const best = (side: readonly Level[], sign: number): Level[] =>
    side.toSorted((a, b) => sign * (b.price - a.price)).slice(0, levels)
  return { ...snapshot, bids: best(snapshot.bids, 1), asks: best(snapshot.asks, -1) }
}

const standing = ({ book: { bids, asks }, last }: BookKeeper, at: Micros, levels: number): BookSnapshot => {
  const best = (side: BookSide): Level[] =>
    Array.from({ length: Math.min(levels, side.count) }, (_, rank) => ({
      price: priceAt(side, rank),
      size: sizeAt(side, rank),
    }))
  return { at, last, bids: best(bids), asks: best(asks) }
}
