import { MillraceError } from '../errors.ts'

/** One side of a book, from its worst price to its best: most news is near the best, so little has to move. */
export interface BookSide {
  /** 1 for bids, whose best price is the highest; -1 for asks. */
  readonly sign: 1 | -1
  count: number
  /** Quote currency; `count` of them, then room. */
  prices: Float64Array
  /** Base units. */
  sizes: Float64Array
}

/** Every level of one instrument. Plain data: it is saved and restored as it is. */
export interface OrderBook {
  readonly bids: BookSide
  readonly asks: BookSide
}

/**
 * An empty book.
 *
 * @example
 * const book = orderBook()
 * setLevel(book.bids, 100, 3)
 * setLevel(book.bids, 101, 2)
 * priceAt(book.bids, 0) // => 101
 */
export const orderBook = (): OrderBook => ({ bids: side(1), asks: side(-1) })

/**
 * Puts the whole size that rests at a price; 0 takes the level away. The place is found in log2(levels) steps, and what
 * is better than it moves by one.
 *
 * Fails  Reject MARKET_BOOK from `LEVELS_MAX` levels a side on
 */
export const setLevel = (side: BookSide, price: number, size: number): void => {
  const place = placeOf(side, price)
  const isThere = place < side.count && side.prices[place] === price
  if (isThere && size > 0) side.sizes[place] = size
  else if (isThere) {
    move(side, place + 1, place)
    side.count -= 1
  } else if (size > 0) {
    if (side.count === side.prices.length) grow(side)
    move(side, place, place + 1)
    side.prices[place] = price
    side.sizes[place] = size
    side.count += 1
  }
}

/** The price of a level, 0 is the best; NaN where there is none. */
export const priceAt = ({ prices, count }: BookSide, rank: number): number =>
  rank < count ? prices[count - 1 - rank]! : Number.NaN

/** What rests at a level, 0 is the best; 0 where there is none. */
export const sizeAt = ({ sizes, count }: BookSide, rank: number): number =>
  rank < count ? sizes[count - 1 - rank]! : 0

/** The best bid is at the best ask or above: at one venue they would have traded. An empty side crosses nothing. */
export const isCrossed = ({ bids, asks }: OrderBook): boolean => priceAt(bids, 0) >= priceAt(asks, 0)

export const clearBook = ({ bids, asks }: OrderBook): void => {
  bids.count = 0
  asks.count = 0
}

/** Levels that a side may hold: beyond it, what comes in is no market. */
export const LEVELS_MAX: number = 65_536
const LEVELS_AT_FIRST = 1024

const side = (sign: BookSide['sign']): BookSide => ({
  sign,
  count: 0,
  prices: new Float64Array(LEVELS_AT_FIRST),
  sizes: new Float64Array(LEVELS_AT_FIRST),
})

/** The first place whose price is not worse. */
const placeOf = ({ sign, prices, count }: BookSide, price: number): number => {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sign * prices[middle]! < sign * price) low = middle + 1
    else high = middle
  }
  return low
}

const move = ({ prices, sizes, count }: BookSide, from: number, to: number): void => {
  prices.copyWithin(to, from, count)
  sizes.copyWithin(to, from, count)
}

const grow = (side: BookSide): void => {
  const { length } = side.prices
  if (length >= LEVELS_MAX) {
    const name = side.sign > 0 ? 'bids' : 'asks'
    throw new MillraceError('MARKET_BOOK', `the ${name} have ${length} levels, expected at most ${LEVELS_MAX}`)
  }
  const [prices, sizes] = [new Float64Array(2 * length), new Float64Array(2 * length)]
  prices.set(side.prices)
  sizes.set(side.sizes)
  side.prices = prices
  side.sizes = sizes
}
