import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCrossed, LEVELS_MAX, type OrderBook, orderBook, priceAt, setLevel, sizeAt } from './order-book.ts'

const levelsOf = (side: OrderBook['bids']): [price: number, size: number][] =>
  Array.from({ length: side.count }, (_, rank) => [priceAt(side, rank), sizeAt(side, rank)])

describe('a book', () => {
  it('has the best level first on either side', () => {
    const { bids, asks } = orderBook()
    for (const [price, size] of [
      [100, 1],
      [102, 2],
      [101, 3],
    ] as const) {
      setLevel(bids, price, size)
      setLevel(asks, price + 10, size)
    }
    expect(levelsOf(bids)).toEqual([
      [102, 2],
      [101, 3],
      [100, 1],
    ])
    expect(levelsOf(asks)).toEqual([
      [110, 1],
      [111, 3],
      [112, 2],
    ])
  })

  it('says NaN and 0 where no level is', () => {
    const { bids } = orderBook()
    expect([priceAt(bids, 0), sizeAt(bids, 0)]).toEqual([Number.NaN, 0])
    setLevel(bids, 1, 1)
    setLevel(bids, 1, 0)
    setLevel(bids, 1, 0)
    expect([priceAt(bids, 0), bids.count]).toEqual([Number.NaN, 0])
  })

  it('is crossed, or locked, only when both sides stand', () => {
    const book = orderBook()
    setLevel(book.bids, 2, 1)
    expect(isCrossed(book)).toBe(false)
    setLevel(book.asks, 3, 1)
    expect(isCrossed(book)).toBe(false)
    setLevel(book.asks, 2, 1)
    expect(isCrossed(book)).toBe(true)
  })

  it('is what a map that is sorted anew each time says', () => {
    const news = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 3 })), { maxLength: 300 })
    fc.assert(
      fc.property(news, fc.boolean(), (levels, isBid) => {
        const side = orderBook()[isBid ? 'bids' : 'asks']
        const map = new Map<number, number>()
        for (const [price, size] of levels) {
          setLevel(side, price, size)
          if (size > 0) map.set(price, size)
          else map.delete(price)
        }
        expect(levelsOf(side)).toEqual([...map].sort(([a], [b]) => (isBid ? b - a : a - b)))
      }),
      { seed: 9, numRuns: 300 },
    )
  })

  it('grows, and refuses what is no market', () => {
    const { asks } = orderBook()
    for (let i = LEVELS_MAX; i > 0; i--) setLevel(asks, i, i)
    expect([asks.count, priceAt(asks, 0), priceAt(asks, LEVELS_MAX - 1)]).toEqual([LEVELS_MAX, 1, LEVELS_MAX])
    setLevel(asks, 7, 1)
    expect(() => setLevel(asks, 0.5, 1)).toThrow(`the asks have ${LEVELS_MAX} levels, expected at most ${LEVELS_MAX}`)
  })
})
