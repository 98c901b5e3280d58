import { describe, expect, it } from 'vitest'
import {
  type BookSnapshotLevel,
  bookDelta,
  bookSnapshot,
  deltaLevels,
  snapshotLevels,
} from '../../engine/market/book.ts'
import { captured, hasRecorded, recordedOrNot } from '../recorded.ts'
import { bookLevelsStep } from './book-levels.ts'

/** Hears snapshots and steps deltas, in their order; the rows of each book that comes out. */
const booksOf = (levels: number) => {
  const kernel = bookLevelsStep({ levels })
  const state = kernel.init()
  const books: BookSnapshotLevel[][] = []
  const rows: BookSnapshotLevel[] = []
  const emit = (row: BookSnapshotLevel): void => {
    rows.push({ ...row })
    if (row.isFinal === 1) books.push(rows.splice(0))
  }
  return {
    books,
    snapshot(...wire: Parameters<typeof bookSnapshot>): void {
      for (const row of snapshotLevels(bookSnapshot(...wire))) kernel.hears![0]!.hear(state, row as never)
    },
    delta(...wire: Parameters<typeof bookDelta>): void {
      for (const row of deltaLevels(bookDelta(...wire))) kernel.step(state, row, emit)
    },
  }
}

const shown = (book: readonly BookSnapshotLevel[]): readonly string[] =>
  book.map(({ side, price, size }) => `${side} ${price} ${size}`)

describe('bookLevels', () => {
  it('gives the best levels of each side, bids first, once an update is whole', () => {
    const { books, snapshot, delta } = booksOf(2)
    snapshot({
      at: 1,
      last: 5,
      bids: [
        ['9', '1'],
        ['8', '4'],
        ['7', '2'],
      ],
      asks: [['11', '2']],
    })
    expect(books).toEqual([])
    delta({
      at: 2,
      first: 6,
      last: 7,
      bids: [
        ['9', '0'],
        ['8.5', '3'],
      ],
      asks: [['12', '1']],
    })
    expect(books.map(shown)).toEqual([['bid 8.5 3', 'bid 8 4', 'ask 11 2', 'ask 12 1']])
    expect(books[0]!.map(({ at, last, isFinal }) => [at, last, isFinal])).toEqual([
      [2, 7, 0],
      [2, 7, 0],
      [2, 7, 0],
      [2, 7, 1],
    ])
  })

  it('waits for a snapshot, passes over what that has, and has no book behind a gap', () => {
    const { books, snapshot, delta } = booksOf(1)
    const bid = (update: number): void =>
      delta({ at: update, first: update, last: update, bids: [[`${update}`, '1']], asks: [] })
    bid(4)
    bid(5)
    snapshot({ at: 5, last: 4, bids: [], asks: [['99', '1']] })
    expect(books).toEqual([])
    bid(4)
    bid(6)
    expect(books.map(shown)).toEqual([['bid 6 1', 'ask 99 1']])
    bid(8)
    bid(9)
    expect(books).toHaveLength(1)
    snapshot({ at: 9, last: 8, bids: [], asks: [] })
    bid(10)
    expect(shown(books.at(-1)!)).toEqual(['bid 10 1'])
  })

  it('says that a book is empty', () => {
    const { books, snapshot, delta } = booksOf(3)
    snapshot({ at: 1, last: 1, bids: [['9', '1']], asks: [] })
    delta({ at: 2, first: 2, last: 2, bids: [['9', '0']], asks: [] })
    expect(shown(books[0]!)).toEqual(['none 0 0'])
  })

  it('refuses a number of levels that is none', () => {
    expect(() => bookLevelsStep({ levels: 0 })).toThrow('levels is an integer of at least 1, found 0')
  })
})

describe.runIf(hasRecorded)(`bookLevels over ${recordedOrNot}`, () => {
  it.each([
    ['BTCUSDT spot', 564],
    ['BTCUSDT perpetual', 629],
  ] as const)('%s: the best bid and offer are those that the venue tells beside', (name, compared) => {
    const lines = captured(name).map(line => JSON.parse(line.slice(line.indexOf(' ') + 1)))
    const told = new Map(
      lines.flatMap(({ data }) => (data?.B ? [[data.u, [data.b, data.B, data.a, data.A].map(Number)]] : [])),
    )
    const { books, snapshot, delta } = booksOf(1)
    for (const { data, lastUpdateId, bids, asks } of lines) {
      if (lastUpdateId !== undefined) snapshot({ at: 0, last: lastUpdateId, bids, asks })
      else if (data.e === 'depthUpdate')
        delta({ at: 0, first: data.U, last: data.u, previous: data.pu, bids: data.b, asks: data.a })
    }
    const known = books.filter(([row]) => told.has(row!.last))
    expect(known).toHaveLength(compared)
    for (const book of known) expect(book.flatMap(({ price, size }) => [price, size])).toEqual(told.get(book[0]!.last))
  })
})
