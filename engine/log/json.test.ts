import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fills, quotes } from '../market/topics.ts'
import { quoteBlock, quoteRow } from '../testing/log/rows.ts'
import { rowOf } from './build.ts'
import { blocksFromJson, blockToJson, rowFromJson, rowToJson } from './json.ts'

const refused = (message: string): object => expect.objectContaining({ code: 'LOG_JSON', family: 'reject', message })

test('a row is one line that people can read', () => {
  expect(rowToJson(quoteRow(1))).toBe(
    '{"key":"EURUSD","at":1400000000001000,"bid":1.00001,"ask":1.00002,"bidSize":1,"askSize":0}',
  )
})

test('any row comes back, with NaN, -0 and infinities', () => {
  const number = fc.double()
  const rows = fc.record(
    { key: fc.string(), at: number, bid: number, ask: number, bidSize: number, askSize: number },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(rows, row => {
      expect(rowFromJson(quotes.schema, rowToJson(row))).toStrictEqual(row)
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('a text field keeps texts that look like numbers', () => {
  const fill = { key: 'NaN', at: 1, orderId: '-0', side: 'buy', lots: -0, price: 1, fee: Number.NaN, quoteAgeUs: 0 }
  expect(rowFromJson(fills.schema, rowToJson(fill))).toStrictEqual(fill)
})

test('blocks come back from their lines, cut at 4,096 rows', () => {
  const lines = `${blockToJson(quoteBlock(0, 4000))}\n${blockToJson(quoteBlock(4000, 5000))}`
  const blocks = blocksFromJson(quotes.schema, lines)
  expect(blocks.map(block => block.count)).toEqual([4096, 904])
  expect(rowOf(blocks[1]!, 903)).toEqual(quoteRow(4999))
})

test('what does not fit is refused with the line, the field and what it is', () => {
  const line = (change: object): string => JSON.stringify({ ...quoteRow(0), ...change })
  const good = `${line({})}\n`
  const read = (lines: string) => () => blocksFromJson(quotes.schema, lines)
  expect(read(`${good}\n{"at":1`)).toThrow(/^line 3: it is no JSON: /)
  expect(read('[]')).toThrow(refused('line 1: it is no JSON object'))
  expect(read(good + line({ bid: '1.1' }))).toThrow(refused('line 2: bid must be a number, but is "1.1"'))
  expect(read(line({ bid: null }))).toThrow(refused('line 1: bid must be a number, but is null'))
  expect(read(line({ key: 5 }))).toThrow(refused('line 1: key must be a text, but is 5'))
  expect(read(line({ bid: undefined }))).toThrow(refused('line 1: bid must be a number, but is missing'))
  expect(read(line({ bidd: 1 }))).toThrow(refused('line 1: bidd is no field of quote'))
})

test('any line is a row or LOG_JSON', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), line => {
      expect(() => rowFromJson(quotes.schema, line)).toThrow(expect.objectContaining({ code: 'LOG_JSON' }))
    }),
    { seed: 2, numRuns: 1000 },
  )
})
