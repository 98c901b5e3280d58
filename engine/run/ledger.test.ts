import { describe, expect, test } from 'vitest'
import { termsOf } from '../market/decimal.ts'
import { fill } from '../market/fill.ts'
import { instrument } from '../market/instrument.ts'
import { quote } from '../market/quote.ts'
import type { Minor } from '../market/units.ts'
import { bookFill, bookPayment, equitySample, ledger, mark, positionsOf } from './ledger.ts'

// One tick of one lot is one minor unit.
const terms = termsOf(
  instrument({ id: 'XAUUSD', venue: 'sim', tickSize: '0.01', lotSize: '1', quoteCurrency: 'USD', decimals: 2 }),
)
const START = 10_000 as Minor
const GOLD = 'XAUUSD'

const deal = (at: number, side: 'buy' | 'sell', deal: { lots: number; price: number; fee?: number }) =>
  fill({ at, orderId: `${at}`, side, fee: 0, quoteAgeUs: 0, ...deal })
const touch = (at: number, bid: number, ask: number) => quote({ at, bid: bid / 100, ask: ask / 100 })

describe('a ledger', () => {
  test('keeps cash, open profit and fees apart', () => {
    const book = ledger(START)
    expect(bookFill(book, GOLD, deal(1, 'buy', { lots: 2, price: 100, fee: 3 }), terms)).toBeUndefined()
    expect(book).toMatchObject({ balance: 9_997, realised: 0, fees: 3, unrealised: 0, fills: 1, trades: 0 })
    mark(book, GOLD, touch(2, 110, 112))
    expect(equitySample(book, 2 as never)).toEqual({
      at: 2,
      balance: 9_997,
      unrealised: 20,
      equity: 10_017,
      drawdown: 0,
    })
    bookFill(book, GOLD, deal(3, 'sell', { lots: 1, price: 110, fee: 3 }), terms)
    expect(book).toMatchObject({ balance: 10_004, realised: 10, fees: 6, unrealised: 10 })
  })

  test('keeps what was paid for time apart, and lets it deepen the drawdown', () => {
    const book = ledger(START)
    bookFill(book, GOLD, deal(1, 'buy', { lots: 2, price: 100, fee: 3 }), terms)
    bookPayment(book, { at: 2 as never, reason: 'overnight', amount: 5 as Minor })
    bookPayment(book, { at: 3 as never, reason: 'funding', amount: -1 as Minor })
    expect(book).toMatchObject({ balance: 9_993, fees: 3, financing: 4, maxDrawdown: { amount: 8, at: 2 } })
  })

  test('gives the round trip that a fill closes', () => {
    const book = ledger(START)
    bookFill(book, GOLD, deal(1, 'sell', { lots: 1, price: 100, fee: 1 }), terms)
    bookFill(book, GOLD, deal(2, 'sell', { lots: 2, price: 103, fee: 2 }), terms)
    bookFill(book, GOLD, deal(3, 'buy', { lots: 1, price: 90, fee: 1 }), terms)
    expect(bookFill(book, GOLD, deal(4, 'buy', { lots: 2, price: 93, fee: 2 }), terms)).toEqual({
      instrument: GOLD,
      side: 'sell',
      openedAt: 1,
      closedAt: 4,
      lots: 3,
      entry: expect.closeTo(1.02, 12),
      exit: expect.closeTo(0.92, 12),
      pnl: 30,
      fees: 6,
      rate: 1,
    })
    expect(book).toMatchObject({ trades: 1, wins: 1, won: 24, lost: 0, unrealised: 0, balance: 10_024 })
  })

  test('keeps what was bought and what was sold short apart where positions are hedged', () => {
    const book = ledger(START)
    const legOf = (leg: 'long' | 'short', ...told: Parameters<typeof deal>) =>
      bookFill(book, GOLD, fill({ ...deal(...told), leg }), terms)
    legOf('long', 1, 'buy', { lots: 2, price: 100 })
    expect(legOf('short', 2, 'sell', { lots: 3, price: 110 })).toBeUndefined()
    mark(book, GOLD, touch(3, 104, 106))
    expect(book).toMatchObject({ unrealised: 2 * 4 + 3 * 4, realised: 0 })
    expect(positionsOf(book).map(({ position }) => position.lots)).toEqual([2, -3])
    expect(legOf('long', 4, 'sell', { lots: 2, price: 103 })).toMatchObject({ side: 'buy', lots: 2, pnl: 6 })
    expect(legOf('short', 5, 'buy', { lots: 3, price: 105 })).toMatchObject({ side: 'sell', lots: 3, pnl: 15 })
    expect(book).toMatchObject({ trades: 2, balance: 10_021, unrealised: 0 })
    expect(() => legOf('net' as 'long', 6, 'buy', { lots: 1, price: 1 })).toThrow(
      "leg is 'net', expected 'long' or 'short'",
    )
  })

  test('splits a fill that goes through zero between two round trips, and its fee by lots', () => {
    const book = ledger(START)
    bookFill(book, GOLD, deal(1, 'buy', { lots: 2, price: 100, fee: 2 }), terms)
    const first = bookFill(book, GOLD, deal(2, 'sell', { lots: 5, price: 90, fee: 5 }), terms)
    expect(first).toMatchObject({ side: 'buy', lots: 2, pnl: -20, fees: 4 })
    const second = bookFill(book, GOLD, deal(3, 'buy', { lots: 3, price: 80, fee: 3 }), terms)
    expect(second).toMatchObject({ side: 'sell', openedAt: 2, lots: 3, pnl: 30, fees: 6 })
    expect(book).toMatchObject({ trades: 2, wins: 1, won: 24, lost: 24, balance: START })
  })

  test('finds the deepest fall below a peak, at the price positions could be closed at', () => {
    const book = ledger(START)
    bookFill(book, GOLD, deal(1, 'buy', { lots: 1, price: 100 }), terms)
    mark(book, GOLD, touch(2, 150, 151))
    mark(book, GOLD, touch(3, 120, 200))
    mark(book, GOLD, touch(4, 140, 141))
    mark(book, GOLD, touch(5, 130, 131))
    expect(book.peak).toBe(10_050)
    expect(book.maxDrawdown).toEqual({ amount: 30, peak: 10_050, at: 3 })
    bookFill(book, GOLD, deal(6, 'sell', { lots: 1, price: 110 }), terms)
    expect(book.maxDrawdown).toEqual({ amount: 40, peak: 10_050, at: 6 })
  })

  test('marks a short to the ask, and a price between two ticks against us', () => {
    const book = ledger(START)
    bookFill(book, GOLD, deal(1, 'sell', { lots: 1, price: 100 }), terms)
    mark(book, GOLD, touch(2, 90, 95))
    expect(book.unrealised).toBe(5)
    mark(book, GOLD, touch(3, 90, 94.5))
    expect(book.unrealised).toBe(5)
  })

  test('takes no notice of quotes of what is not held', () => {
    const book = ledger(START)
    mark(book, GOLD, touch(1, 90, 95))
    expect(book).toEqual(ledger(START))
  })

  test('is plain data: a copy goes on as the original', () => {
    const one = ledger(START)
    bookFill(one, GOLD, deal(1, 'buy', { lots: 2, price: 100, fee: 1 }), terms)
    mark(one, GOLD, touch(2, 90, 91))
    const other = structuredClone(one)
    for (const book of [one, other]) {
      bookFill(book, GOLD, deal(3, 'sell', { lots: 3, price: 95, fee: 1 }), terms)
      mark(book, GOLD, touch(4, 80, 81))
    }
    expect(other).toEqual(one)
  })
})
