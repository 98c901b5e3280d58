import { expect, it } from 'vitest'
import { blockOf } from '../engine/log/build.ts'
import { instrumentFor } from '../engine/market/definitions.ts'
import { bookSnapshots, quotes, trades } from '../engine/market/topics.ts'
import { countsText } from './tapes.ts'
import { tickCheck } from './tick-check.ts'

it('counts rows with a price between two ticks, each by its own instrument', () => {
  const check = tickCheck(key => instrumentFor(key))
  const quote = (key: string, bid: number, ask: number) => ({ at: 1, key, bid, ask, bidSize: 0.001, askSize: 7 })
  check.look(
    blockOf(quotes.schema, [
      quote('EURUSD', 1.38727, 1.38729),
      quote('EURUSD', 1.387275, 1.387295),
      quote('USDJPY', 101.123, 101.1234),
      quote('USDJPY', 0.1 + 0.2, 101.1),
    ]),
  )
  expect(check.off()).toBe(2)
  check.look(blockOf(trades.schema, [{ at: 1, key: 'BTCUSDT', price: 61837.63, size: 1, side: 'buy' }]))
  check.look(
    blockOf(bookSnapshots.schema, [{ at: 1, key: 'BTCUSDT', side: 'none', price: 0, size: 0, last: 1, isFinal: 1 }]),
  )
  expect(check.off()).toBe(3)
})

it('is told in words, one row as one', () => {
  const counts = { refused: 3, 'rows off the tick size': 1, 'gaps in the book': 2, 'crossed books': 1, locked: 0 }
  expect(countsText({ counts })).toBe(': 1 row off the tick size, 2 gaps in the book, 1 crossed book')
})
