import { describe, expect, it } from 'vitest'
import { type BookDelta, type BookSnapshot, bookDelta, bookSnapshot, type WireLevel } from './book.ts'
import { type BookGap, type BookKeeper, bookKeeper, HELD_MAX, takeDelta, takeSnapshot } from './book-keeper.ts'
import { priceAt, sizeAt } from './order-book.ts'

const snapshot = (last: number, bid = '10', ask = '20'): BookSnapshot =>
  bookSnapshot({ at: last, last, bids: [[bid, '1']], asks: [[ask, '1']] })

/** Tells the one before it, as futures do, when `previous` is given. */
const delta = (first: number, last: number, previous?: number, bids: readonly WireLevel[] = []): BookDelta =>
  bookDelta({ at: last, first, last, ...(previous === undefined ? {} : { previous }), bids, asks: [] })

const take = (keeper: BookKeeper, ...events: readonly (BookDelta | BookSnapshot)[]): (BookGap | null)[] =>
  events.map(event => ('first' in event ? takeDelta(keeper, event) : takeSnapshot(keeper, event)))

describe('a book kept by deltas that count on', () => {
  it('drops what ends with the snapshot and takes the one that holds the next number', () => {
    const keeper = bookKeeper()
    expect(take(keeper, snapshot(100), delta(90, 100), delta(95, 103), delta(104, 104))).toEqual(Array(4).fill(null))
    expect(keeper).toMatchObject({ last: 104, counts: { old: 1, applied: 2, gaps: 0 } })
  })

  it('keeps what comes ahead of the snapshot until it is there', () => {
    const keeper = bookKeeper()
    const applied: number[] = []
    take(keeper, delta(90, 95), delta(96, 101, undefined, [['11', '4']]), delta(102, 105))
    expect(keeper).toMatchObject({ last: -1, counts: { held: 3, applied: 0 } })
    takeSnapshot(keeper, snapshot(97), ({ last }) => applied.push(last, sizeAt(keeper.book.bids, 0)))
    expect(keeper).toMatchObject({ last: 105, held: [], counts: { old: 1, applied: 2 } })
    expect(applied).toEqual([101, 4, 105, 4])
  })

  it('names a gap with its numbers, and has no book until the next snapshot', () => {
    const keeper = bookKeeper()
    const [, , gap] = take(keeper, snapshot(100), delta(101, 102), delta(104, 106, undefined, [['12', '1']]))
    expect(gap).toEqual({ at: 106, last: 102, found: { first: 104, last: 106, previous: -1 } })
    expect([keeper.last, keeper.book.bids.count]).toEqual([-1, 0])
    expect(take(keeper, delta(107, 108), snapshot(104), delta(109, 109))).toEqual([null, null, null])
    expect(keeper).toMatchObject({ last: 109, counts: { gaps: 1, applied: 4 } })
    expect(priceAt(keeper.book.bids, 0)).toBe(12)
  })

  it('finds a snapshot too old for what waits', () => {
    const keeper = bookKeeper()
    const [, gap] = take(keeper, delta(104, 106), snapshot(100))
    expect(gap).toEqual({ at: 106, last: 100, found: { first: 104, last: 106, previous: -1 } })
    expect(take(keeper, snapshot(105))).toEqual([null])
    expect(keeper.last).toBe(106)
  })

  it('passes over what comes twice and what comes late', () => {
    const keeper = bookKeeper()
    take(keeper, snapshot(100), delta(101, 102), delta(101, 102), delta(103, 104), delta(101, 102), snapshot(103))
    expect(keeper).toMatchObject({ last: 104, counts: { old: 2, applied: 2, gaps: 0, staleSnapshots: 1 } })
  })

  it('takes two that changed places while it waits, and tells a gap when it does not', () => {
    const keeper = bookKeeper()
    take(keeper, delta(103, 104), delta(101, 102), snapshot(100))
    expect(keeper).toMatchObject({ last: 104, counts: { applied: 2, gaps: 0 } })
    expect(take(keeper, delta(107, 108), delta(105, 106))).toEqual([expect.objectContaining({ last: 104 }), null])
    take(keeper, snapshot(105))
    expect(keeper).toMatchObject({ last: 108, counts: { gaps: 1 } })
  })
})

describe('a book kept by deltas that tell the one before', () => {
  it('takes the first that holds the number of the snapshot, even at its end', () => {
    const keeper = bookKeeper()
    take(keeper, snapshot(100), delta(80, 99, 79), delta(99, 100, 99), delta(105, 109, 100))
    expect(keeper).toMatchObject({ last: 109, counts: { old: 1, applied: 2, gaps: 0 } })
  })

  it('lets numbers in between be missing, but not an update', () => {
    const keeper = bookKeeper()
    const [, , , gap] = take(keeper, snapshot(100), delta(95, 102, 94), delta(150, 160, 102), delta(180, 190, 170))
    expect(gap).toEqual({ at: 190, last: 160, found: { first: 180, last: 190, previous: 170 } })
  })

  it('goes on behind a snapshot of where it stands', () => {
    const keeper = bookKeeper()
    take(keeper, delta(99, 100, 98), snapshot(100), snapshot(100), delta(105, 109, 100))
    expect(keeper).toMatchObject({ last: 109, counts: { snapshots: 2, applied: 2, gaps: 0 } })
  })

  it('does not start behind the snapshot', () => {
    const keeper = bookKeeper()
    expect(take(keeper, snapshot(100), delta(101, 102, 99))[1]).toMatchObject({ last: 100 })
  })
})

it('a crossed book is counted', () => {
  const keeper = bookKeeper()
  take(keeper, snapshot(100), delta(101, 101, undefined, [['20', '1']]), delta(102, 102, undefined, [['20', '0']]))
  expect(keeper.counts.crossed).toBe(1)
})

it('what waits has a bound: the oldest make room', () => {
  const keeper = bookKeeper()
  for (let i = 1; i <= HELD_MAX + 2; i++) takeDelta(keeper, delta(i, i))
  expect(keeper.held).toHaveLength(HELD_MAX)
  expect(keeper.held[0]!.last).toBe(3)
  expect(keeper.counts.dropped).toBe(2)
})

it('is plain data: restored, it goes on as it would have', () => {
  const keeper = bookKeeper()
  take(keeper, snapshot(100), delta(101, 102))
  const restored = structuredClone(keeper)
  expect(take(restored, delta(103, 103))).toEqual(take(keeper, delta(103, 103)))
  expect(restored).toEqual(keeper)
})
