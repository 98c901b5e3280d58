import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Block } from '../../engine/log/block.ts'
import { blockOf, type Row, rowOf } from '../../engine/log/build.ts'
import { bars, instruments, quotes, trades } from '../../engine/market/topics.ts'
import { resampled } from './resample.ts'

const quote = (at: number, bid: number, key = 'A'): Row => ({ at, key, bid, ask: bid + 1, bidSize: 0, askSize: 0 })
const trade = (at: number, price: number, size = 1, key = 'A'): Row => ({ at, key, price, size, side: 'buy' })

async function* from(blocks: readonly Block[]): AsyncGenerator<Block> {
  yield* blocks
}

const resample = async (blocks: readonly Block[], spanUs = 10): Promise<Row[]> => {
  const rows: Row[] = []
  for await (const block of resampled(from(blocks), spanUs))
    for (let row = 0; row < block.count; row++) rows.push(rowOf(block, row))
  return rows
}

it('of quotes the last of an interval stays; the time at which one ends is of the next', async () => {
  const rows = [quote(0, 1), quote(9, 2), quote(10, 3), quote(19, 4), quote(40, 5)]
  expect(await resample([blockOf(quotes.schema, rows)])).toEqual([rows[1], rows[3], rows[4]])
})

it('of trades it makes bars, stamped with their end', async () => {
  const rows = [trade(0, 5), trade(3, 9, 2), trade(9, 4), trade(10, 7), trade(30, 1)]
  const bar = { key: 'A', open: 5, high: 9, low: 4, close: 4, volume: 4, count: 3 }
  const single = (at: number, price: number) => {
    const prices = { open: price, high: price, low: price, close: price }
    return { at, start: at - 10, key: 'A', ...prices, volume: 1, count: 1 }
  }
  expect(await resample([blockOf(trades.schema, rows)])).toEqual([
    { at: 10, start: 0, ...bar },
    single(20, 7),
    single(40, 1),
  ])
})

it('of bars it makes longer ones: a bar is of the interval that it ends in', async () => {
  const bar = (at: number, open: number, close: number): Row => ({
    ...{ at, start: at - 5, key: 'A', open, close, volume: 2, count: 3 },
    ...{ high: Math.max(open, close) + 1, low: Math.min(open, close) },
  })
  const longer = { at: 10, start: 0, key: 'A', open: 1, high: 4, low: 1, close: 3, volume: 4, count: 6 }
  const [first] = await resample([blockOf(bars.schema, [bar(5, 1, 2), bar(10, 2, 3), bar(15, 3, 4)])])
  expect(first).toEqual(longer)
})

it('keeps instruments apart, and quotes ahead of bars', async () => {
  const blocks = [
    blockOf(quotes.schema, [quote(1, 1, 'B'), quote(2, 2, 'A'), quote(2, 3, 'B')]),
    blockOf(trades.schema, [trade(3, 1, 1, 'B'), trade(4, 1, 1, 'A'), trade(20, 1)]),
  ]
  const rows = await resample(blocks)
  expect(rows.map(({ at, key }) => [at, key]).slice(0, 4)).toEqual([
    [2, 'A'],
    [2, 'B'],
    [10, 'A'],
    [10, 'B'],
  ])
})

it('lets other rows pass, and leaves out what comes behind its interval', async () => {
  const definition = blockOf(instruments.schema, [])
  const late = [quote(12, 1), quote(3, 2), quote(13, 3)]
  expect(await resample([definition, blockOf(quotes.schema, late)])).toEqual([late[2]])
})

it('of a part of the rows is a part of what it gives for all', async () => {
  const times = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 80 })
  await fc.assert(
    fc.asyncProperty(times, fc.nat(), async (drawn, cut) => {
      const rows = drawn.sort((a, b) => a - b).map((at, i) => trade(at, i + 1))
      const all = await resample([blockOf(trades.schema, rows)])
      const some = await resample([blockOf(trades.schema, rows.slice(0, 1 + (cut % rows.length)))])
      expect(all.slice(0, some.length - 1)).toEqual(some.slice(0, -1))
      expect(all.reduce((sum, { count }) => sum + Number(count), 0)).toBe(rows.length)
    }),
    { seed: 3, numRuns: 100 },
  )
})

it('gives what was before a failure', async () => {
  async function* torn(): AsyncGenerator<Block> {
    yield blockOf(quotes.schema, [quote(1, 1)])
    throw new Error('torn')
  }
  const rows: number[] = []
  const read = async () => {
    for await (const { count } of resampled(torn(), 10)) rows.push(count)
  }
  await expect(read()).rejects.toThrow('torn')
  expect(rows).toEqual([1])
})
