import { expect, test } from 'vitest'
import { fills, quotes } from '../market/topics.ts'
import { quoteBlock, quoteRow } from '../testing/log/rows.ts'
import { BLOCK_ROWS, type Block } from './block.ts'
import { blockBuilder, blockOf, emptyBlock, rowOf, sliceBlock } from './build.ts'
import { admitSchema, checkBlock } from './check.ts'

const refused = (sentence: string): object => expect.objectContaining({ code: 'LOG_SCHEMA', message: sentence })

test('a builder fills rows, gives them out and starts anew in the same columns', () => {
  const builder = blockBuilder(quotes.schema, 2)
  builder.push('EURUSD', 1, quoteRow(1))
  expect(builder.isFull()).toBe(false)
  builder.push('XAUUSD', 2, quoteRow(3))
  expect(builder.isFull()).toBe(true)
  expect(() => builder.push('EURUSD', 3, quoteRow(1))).toThrow('the block is full with 2 rows: take it first')
  const first = builder.take()
  builder.push('XAUUSD', 3, quoteRow(6))
  expect([rowOf(first, 0), rowOf(first, 1)]).toEqual([
    { ...quoteRow(1), at: 1 },
    { ...quoteRow(3), at: 2 },
  ])
  expect(builder.take().keys).toEqual(['XAUUSD'])
  expect(builder.block.count).toBe(0)
})

test('a hot producer writes the columns itself', () => {
  const builder = blockBuilder(quotes.schema)
  const { block } = builder
  const bid = block.columns.bid as Float64Array
  block.at[0] = 7
  block.key[0] = builder.keyIndex('EURUSD')
  bid[0] = 1.5
  block.count = 1
  expect(builder.keyIndex('EURUSD')).toBe(0)
  expect(builder.keyIndex('XAUUSD')).toBe(1)
  expect(rowOf(builder.take(), 0)).toEqual({ at: 7, key: 'EURUSD', bid: 1.5, ask: 0, bidSize: 0, askSize: 0 })
})

test('all numbers of a block lie in one buffer', () => {
  const block = emptyBlock(quotes.schema, 5)
  expect(block.columns.askSize).toHaveLength(5)
  expect(
    new Set([block.at, block.key, ...Object.values(block.columns)].map(c => (c as Float64Array).buffer)).size,
  ).toBe(1)
  expect(() => emptyBlock(quotes.schema, BLOCK_ROWS + 1)).toThrow('a block has 1 to 4096 rows, not 4097')
})

test('a slice has columns of its own', () => {
  const block = quoteBlock(0, 9)
  const slice = sliceBlock(block, 3, 5)
  block.at.fill(0)
  expect([rowOf(slice, 0), rowOf(slice, 1)]).toEqual([quoteRow(3), quoteRow(4)])
})

test('a row that lacks a field, or has another type there, is refused', () => {
  const { bid, ...rest } = quoteRow(0)
  expect(() => blockOf(quotes.schema, [rest as typeof rest & { key: string; at: number }])).toThrow(
    refused('quote.bid is f64, but row 0 has nothing there'),
  )
  expect(() => blockOf(quotes.schema, [{ ...quoteRow(0), ask: '1.2' }])).toThrow(
    refused('quote.ask is f64, but row 0 has a string there'),
  )
})

test('a block is held against its schema', () => {
  const block = quoteBlock(0, 3)
  const { ask, ...columns } = block.columns
  const cases: readonly (readonly [Block, string])[] = [
    [{ ...block, count: 0 }, 'the block of quote has 0 rows, but a record has 1 to 4096'],
    [{ ...block, count: 9 }, 'the block of quote has 9 rows, but shorter columns at and key'],
    [{ ...block, keys: ['XAUUSD'] }, 'the block of quote has 1 keys, but row 1 names number 1'],
    [{ ...block, columns: { ...columns } as Block['columns'] }, 'the block of quote has no column ask'],
    [
      { ...block, columns: { ...columns, ask: ['1', '2', '3'] } },
      'the block of quote has a column ask of another type than f64',
    ],
    [
      { ...block, columns: { ...columns, ask: Float64Array.of(1) } },
      'the block of quote has 3 rows, but 1 in the column ask',
    ],
  ]
  for (const [damaged, sentence] of cases) expect(() => checkBlock(damaged)).toThrow(refused(sentence))
  expect(admitSchema('prices', [quotes.schema], fills.schema)).toEqual([quotes.schema, fills.schema])
  expect(() => admitSchema('prices', [quotes.schema], { ...fills.schema, id: 1 })).toThrow(
    /^topic prices holds quote \(id 1: bid f64,.*not fill/,
  )
})
