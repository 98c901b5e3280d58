import { expect, test } from 'vitest'
import { quotes } from '../market/topics.ts'
import { blockOf } from './build.ts'
import type { LogRecord } from './port.ts'
import { positionOf, rowAt } from './position.ts'

const block = blockOf(
  quotes.schema,
  [1, 2, 3].map(at => ({ key: 'EURUSD', at, bid: 1, ask: 2, bidSize: 0, askSize: 0 })),
)

test('the rows of a record of our own are counted', () => {
  const record: LogRecord = { offset: 7, block }
  expect([0, 2, 3].map(row => positionOf(record, row))).toEqual([
    { offset: 7, row: 0 },
    { offset: 7, row: 2 },
    { offset: 8, row: 0 },
  ])
  const positions = [
    [6, 5],
    [7, 0],
    [7, 2],
    [7, 9],
    [8, 0],
  ] as const
  expect(positions.map(([offset, row]) => rowAt(record, { offset, row }))).toEqual([0, 0, 2, 9, 3])
})

test('the rows of a foreign record tell where they lie', () => {
  const offsets = [7, 9, 12, 13]
  const record: LogRecord = { offset: 7, block, positions: row => ({ offset: offsets[row]!, row: 0 }) }
  expect(positionOf(record, 2)).toEqual({ offset: 12, row: 0 })
  expect(positionOf(record, 3)).toEqual({ offset: 13, row: 0 })
  const asked = [0, 7, 8, 9, 10, 12, 13, 20]
  expect(asked.map(offset => rowAt(record, { offset, row: 0 }))).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
  expect(rowAt(record, { offset: 9, row: 1 })).toBe(2)
})
