import type { BookSnapshotLevel } from '../engine/market/book.ts'

/** The best levels of a book, gathered from the rows that carry it. */
export interface Ladder {
  readonly bids: Side
  readonly asks: Side
  /** The book is whole: the next row begins another. */
  isWhole: boolean
}

/** The best level first. */
export interface Side {
  readonly prices: Float64Array
  readonly sizes: Float64Array
  count: number
}

/** What is read of a row of `book-snapshots`. */
export type LevelRow = Pick<BookSnapshotLevel, 'side' | 'price' | 'size' | 'isFinal'>

export const ladder = (levels: number): Ladder => ({ bids: side(levels), asks: side(levels), isWhole: true })

/** Takes one row in, in whatever order they come. True when the book is whole. */
export const takeLevel = (ladder: Ladder, row: LevelRow): boolean => {
  if (ladder.isWhole) {
    ladder.bids.count = 0
    ladder.asks.count = 0
  }
  if (row.side === 'bid') insert(ladder.bids, row, -1)
  else if (row.side === 'ask') insert(ladder.asks, row, 1)
  ladder.isWhole = row.isFinal === 1
  return ladder.isWhole
}

export const sizeOf = ({ sizes, count }: Side): number => {
  let sum = 0
  for (let i = 0; i < count; i++) sum += sizes[i]!
  return sum
}

/** Half way between the best prices; NaN where a side is empty. */
export const middleOf = ({ bids, asks }: Ladder): number =>
  bids.count > 0 && asks.count > 0 ? (bids.prices[0]! + asks.prices[0]!) / 2 : Number.NaN

const side = (levels: number): Side => ({
  prices: new Float64Array(levels),
  sizes: new Float64Array(levels),
  count: 0,
})

/** Keeps the best: with `sign` 1 the lowest prices, with -1 the highest. What does not fit is the worst. */
const insert = (side: Side, { price, size }: LevelRow, sign: number): void => {
  const { prices, sizes } = side
  let at = side.count
  while (at > 0 && sign * prices[at - 1]! > sign * price) at -= 1
  if (at === prices.length) return
  prices.copyWithin(at + 1, at, prices.length - 1)
  sizes.copyWithin(at + 1, at, sizes.length - 1)
  prices[at] = price
  sizes[at] = size
  if (side.count < prices.length) side.count += 1
}
