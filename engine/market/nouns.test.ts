import { describe, expect, test } from 'vitest'
import type { Code } from '../errors.ts'
import { bar } from './bar.ts'
import { bookDelta, bookSnapshot, deltaLevels, snapshotLevels } from './book.ts'
import { currency, formatMoney, parseMoney } from './cash.ts'
import { fill } from './fill.ts'
import { instrument } from './instrument.ts'
import { intent } from './intent.ts'

import { quote } from './quote.ts'
import * as topics from './topics.ts'
import { trade } from './trade.ts'
import { instrumentId, lots, micros, minor, ticks } from './units.ts'

const refuses = (make: () => unknown, code: Code, message: string): void =>
  expect(make).toThrow(expect.objectContaining({ code, message, family: 'reject' }))

const goodQuote = { at: 1, bid: 1.1, ask: 1.2 }
const goodTrade = { at: 1, price: 1.1, size: 5 }
const goodBar = { start: 0, at: 60, open: 2, high: 3, low: 1, close: 2, volume: 0, count: 4 }
const goodIntent = { at: 1, type: 'limit', side: 'buy', lots: 2, limit: 100, timeInForce: 'GTC' }
const goodFill = { at: 1, orderId: 'a', side: 'sell', lots: 2, price: 100, fee: -1, quoteAgeUs: 0 }
const gold = { id: 'XAUUSD', venue: 'sim', tickSize: '0.01', lotSize: '1', quoteCurrency: 'USD' }

describe('what is good passes', () => {
  test('units', () => {
    expect([micros(-5), ticks(3), lots(-2), minor(0)]).toEqual([-5, 3, -2, 0])
    expect(instrumentId('BTC/USDT:USDT')).toBe('BTC/USDT:USDT')
  })

  test('events', () => {
    expect(quote(goodQuote)).toEqual({ ...goodQuote, bidSize: 0, askSize: 0 })
    expect(quote({ ...goodQuote, bid: 1.3 }).bid).toBe(1.3)
    expect(trade(goodTrade)).toEqual({ ...goodTrade, side: 'unknown' })
    expect(bar(goodBar)).toEqual(goodBar)
    expect(intent(goodIntent)).toEqual(goodIntent)
    expect(intent({ at: 1, type: 'market', side: 'buy', lots: 2, timeInForce: 'IOC' }).limit).toBe(0)
    expect(fill(goodFill)).toEqual(goodFill)
    expect(instrument(gold)).toEqual({
      ...gold,
      at: 0,
      multiplier: '1',
      decimals: 6,
      takerFeeBps: 0,
      makerFeeBps: 0,
    })
  })
})

describe('what is wrong is refused with what was found and expected', () => {
  const unit = 'MARKET_UNIT'
  test.each<[() => unknown, Code, string]>([
    [() => micros(1.5), unit, 'time is 1.5, expected an integer below 2^53, microseconds'],
    [() => ticks(Number.NaN), unit, 'price is NaN, expected an integer below 2^53, ticks'],
    [() => lots(2 ** 53), unit, 'quantity is 9007199254740992, expected an integer below 2^53, lots'],
    [() => minor(-Infinity), unit, 'money is -Infinity, expected an integer below 2^53, minor units'],
    [
      () => instrumentId('*'),
      'MARKET_INSTRUMENT',
      "instrument id is '*', expected 1 to 64 characters without spaces, not '*'",
    ],
    [() => quote({ ...goodQuote, bid: 0 }), 'MARKET_QUOTE', 'bid is 0, expected a price above 0, quote currency'],
    [
      () => quote({ ...goodQuote, ask: Number.NaN }),
      'MARKET_QUOTE',
      'ask is NaN, expected a price above 0, quote currency',
    ],
    [
      () => quote({ ...goodQuote, askSize: -1 }),
      'MARKET_QUOTE',
      'ask size is -1, expected a size of 0 or more, base units',
    ],
    [() => trade({ ...goodTrade, price: -1 }), 'MARKET_TRADE', 'price is -1, expected a price above 0, quote currency'],
    [() => trade({ ...goodTrade, side: 'B' }), 'MARKET_TRADE', "side is 'B', expected 'buy', 'sell' or 'unknown'"],
    [() => bar({ ...goodBar, high: 0.5 }), 'MARKET_BAR', 'high is 0.5, expected a price of at least the low 1'],
    [() => bar({ ...goodBar, close: 9 }), 'MARKET_BAR', 'close is 9, expected a price from 1 to 3'],
    [() => bar({ ...goodBar, start: 60 }), 'MARKET_BAR', 'start is 60, expected a time before the end 60, us'],
    [() => intent({ ...goodIntent, lots: 0 }), 'MARKET_INTENT', 'quantity: quantity is 0, expected whole lots above 0'],
    [
      () => intent({ ...goodIntent, limit: 0 }),
      'MARKET_INTENT',
      'limit-needed: limit is 0, expected whole ticks above 0',
    ],
    [
      () => intent({ ...goodIntent, type: 'market' }),
      'MARKET_INTENT',
      'limit-idle: limit of a market order is 100, expected 0',
    ],
    [
      () => fill({ ...goodFill, quoteAgeUs: -1 }),
      'MARKET_FILL',
      'quote age is -1, expected an integer of 0 or more, us',
    ],
    [
      () => instrument({ ...gold, takerFeeBps: 0.00001 }),
      'MARKET_INSTRUMENT',
      'taker fee is 0.00001, expected -1000 to 1000 bps with at most 4 decimals',
    ],
    [
      () => instrument({ ...gold, decimals: 1.5 }),
      'MARKET_INSTRUMENT',
      'decimals of XAUUSD is 1.5, expected 0 to 12 places',
    ],
  ])('%s', refuses)
})

describe('a book', () => {
  const wire = {
    at: 7,
    first: 5,
    last: 6,
    previous: 4,
    bids: [
      ['1.10', '2'],
      ['1.09', '0'],
    ],
    asks: [['1.11', '3.5']],
  } as const

  test('becomes rows of one level, the last of them marked', () => {
    const rows = deltaLevels(bookDelta(wire))
    const sequence = { at: 7, first: 5, last: 6, previous: 4 }
    expect(rows).toEqual([
      { ...sequence, side: 'bid', price: 1.1, size: 2, isFinal: 0 },
      { ...sequence, side: 'bid', price: 1.09, size: 0, isFinal: 0 },
      { ...sequence, side: 'ask', price: 1.11, size: 3.5, isFinal: 1 },
    ])
    expect(Object.keys(rows[0]!).sort()).toEqual(['at', ...topics.bookDeltas.schema.fields.map(f => f.name)].sort())
  })

  test('keeps its sequence number when it has no levels', () => {
    const empty = snapshotLevels(bookSnapshot({ at: 7, last: 6, bids: [], asks: [] }))
    expect(empty).toEqual([{ at: 7, side: 'none', price: 0, size: 0, last: 6, isFinal: 1 }])
    expect(Object.keys(empty[0]!).sort()).toEqual(['at', ...topics.bookSnapshots.schema.fields.map(f => f.name)].sort())
  })

  test('is refused when its numbers are wrong', () => {
    refuses(
      () => bookDelta({ ...wire, last: 4 }),
      'MARKET_BOOK',
      'last sequence number is 4, expected an integer from 5 on',
    )
    refuses(
      () => bookDelta({ ...wire, previous: 6 }),
      'MARKET_BOOK',
      'previous sequence number is 6, expected an integer below 6, or -1',
    )
    refuses(
      () => bookDelta({ ...wire, bids: [['-1', '2']] }),
      'MARKET_BOOK',
      "price of a level is '-1', expected a price above 0, quote currency",
    )
    refuses(
      () => bookDelta({ ...wire, bids: [['1', 'NaN']] }),
      'MARKET_DECIMAL',
      "number is 'NaN', expected a decimal of at most 48 characters",
    )
    refuses(() => bookSnapshot(wire), 'MARKET_BOOK', "size of a level is '0', expected above 0, base units")
  })
})

describe('cash', () => {
  const usd = currency('USD', 2)

  test('is read and written in its decimals', () => {
    expect(parseMoney('1250.5', usd)).toEqual({ currency: usd, amount: 125050 })
    expect(parseMoney('-1.500', usd).amount).toBe(-150)
    expect(formatMoney(minor(-5), usd)).toBe('-0.05 USD')
  })

  test('is not rounded', () => {
    refuses(() => parseMoney('1.005', usd), 'MARKET_CURRENCY', "amount is '1.005', expected at most 2 decimals, USD")
    refuses(() => currency('USD', -1), 'MARKET_CURRENCY', 'decimals of USD is -1, expected 0 to 12 places')
  })
})

test('no two topics share a schema id or a name', () => {
  const schemas = Object.values(topics).map(({ schema }) => schema)
  expect(new Set(schemas.map(({ id }) => id)).size).toBe(schemas.length)
  expect(new Set(schemas.map(({ name }) => name)).size).toBe(schemas.length)
})
