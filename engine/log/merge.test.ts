import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quotes, trades } from '../market/topics.ts'
import { BLOCK_ROWS, type Block } from './block.ts'
import { blockOf, type Row, rowOf } from './build.ts'
import { digestBlock, digestHex, digestState } from './digest.ts'
import { mergeBlocks, type Source } from './merge.ts'

const quote = (at: number, key = 'A', bid = 1): Row => ({ at, key, bid, ask: 2, bidSize: 0, askSize: 0 })
const trade = (at: number, key = 'A', price = 1): Row => ({ at, key, price, size: 1, side: 'buy' })

const cut = (rows: readonly Row[], size: number, topic = quotes): Block[] => {
  const blocks: Block[] = []
  for (let from = 0; from < rows.length; from += size) blocks.push(blockOf(topic.schema, rows.slice(from, from + size)))
  return blocks
}

const merged = async (...sources: readonly Source[]): Promise<Row[]> => {
  const rows: Row[] = []
  for await (const block of mergeBlocks(sources))
    for (let row = 0; row < block.count; row++) rows.push(rowOf(block, row))
  return rows
}

describe('a merge', () => {
  it('is by time, then by key, then by schema', async () => {
    const one = [quote(1, 'B'), quote(5, 'B'), quote(5, 'B', 7), quote(9, 'B')]
    const other = [quote(5, 'A'), quote(6, 'A')]
    const prints = [trade(1, 'B'), trade(5, 'A')]
    const rows = await merged(cut(prints, 9, trades as never), cut(one, 2), cut(other, 1))
    expect(rows).toEqual([one[0], prints[0], other[0], prints[1], one[1], one[2], other[1], one[3]])
  })

  it('keeps the order of a source, also where its time falls', async () => {
    const falls = [quote(4, 'A'), quote(2, 'A'), quote(8, 'A')]
    expect(await merged(cut(falls, 9), cut([quote(3, 'B'), quote(5, 'B')], 9))).toEqual([
      quote(3, 'B'),
      ...falls.slice(0, 2),
      quote(5, 'B'),
      falls[2],
    ])
  })

  it('is, of sources in order, all rows sorted; wherever blocks end; however sources are listed', async () => {
    const source = fc.record({
      times: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 }),
      key: fc.constantFrom('A', 'B', 'C', 'D'),
      size: fc.integer({ min: 1, max: 20 }),
    })
    const sources = fc.uniqueArray(source, { selector: ({ key }) => key, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(sources, async drawn => {
        const rows = drawn.map(({ times, key }) => times.sort((a, b) => a - b).map((at, i) => quote(at, key, i + 1)))
        const blocks = (): Block[][] => rows.map((some, i) => cut(some, drawn[i]!.size))
        const sorted = rows.flat().sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
        expect(await merged(...blocks())).toEqual(sorted)
        expect(await merged(...blocks().reverse())).toEqual(sorted)
      }),
      { seed: 5, numRuns: 150 },
    )
  })

  it('gives full blocks, and passes those on that nothing falls into', async () => {
    const rows = Array.from({ length: 6000 }, (_, i) => quote(i, 'A'))
    const counts: number[] = []
    const state = digestState()
    for await (const block of mergeBlocks([
      cut(
        rows.filter((_, i) => i % 2 === 0),
        4000,
      ),
      cut(
        rows.filter((_, i) => i % 2 === 1),
        512,
      ),
    ])) {
      counts.push(block.count)
      digestBlock(state, block)
    }
    expect(counts).toEqual([BLOCK_ROWS, 6000 - BLOCK_ROWS])
    const whole = digestState()
    for (const block of cut(rows, 1000)) digestBlock(whole, block)
    expect(digestHex(state)).toBe(digestHex(whole))
  })

  it('delivers what was before a failure, and lets the others go', async () => {
    let isClosed = false
    async function* fails(): AsyncGenerator<Block> {
      yield* cut([quote(1, 'A')], 1)
      throw new Error('torn')
    }
    async function* other(): AsyncGenerator<Block> {
      try {
        yield* cut([quote(0, 'B'), quote(1, 'B'), quote(2, 'B')], 9)
      } finally {
        isClosed = true
      }
    }
    const rows: number[] = []
    const take = async () => {
      for await (const block of mergeBlocks([fails(), other()])) rows.push(...block.at.slice(0, block.count))
    }
    await expect(take()).rejects.toThrow('torn')
    expect([rows, isClosed]).toEqual([[0, 1], true])
  })

  it('of nothing is nothing', async () => {
    expect(await merged()).toEqual([])
    expect(await merged([], cut([], 1))).toEqual([])
  })
})
