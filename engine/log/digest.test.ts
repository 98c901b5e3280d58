import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Stamped } from '../market/topic.ts'
import { fills, quotes, trades } from '../market/topics.ts'
import { quoteBlock, quoteRow } from '../testing/log/rows.ts'
import type { Block } from './block.ts'
import { blockOf, emptyBlock, type Row, sliceBlock } from './build.ts'
import { type DigestState, digestBlock, digestHex, digestRecord, digestState } from './digest.ts'

const fill = (n: number): Row => ({
  key: `K${n % 5}`,
  at: n,
  orderId: `order-${n}`,
  side: n % 2 === 0 ? 'buy' : 'sell',
  lots: n,
  price: -n,
  fee: n === 3 ? Number.NaN : 0,
  quoteAgeUs: n / 3,
})

const digestOf = (...blocks: readonly Block[]): string => {
  const state = digestState()
  for (const block of blocks) digestBlock(state, block)
  return digestHex(state)
}

test('it stays the same from release to release', () => {
  expect(digestOf()).toBe('ea159f31b744ede3bcea2bd6b4eddb66')
  expect(digestOf(quoteBlock(0, 1000))).toBe('16066cc20c7e46927c008cab92773b5c')
  expect(digestOf(blockOf(fills.schema, [fill(1), fill(2)]))).toBe('3896afe9a94ee5dd29cbeec95140dc63')
})

test('where blocks are cut, and how a range is taken in, does not matter', () => {
  const whole = blockOf(
    fills.schema,
    Array.from({ length: 60 }, (_, n) => fill(n)),
  )
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 60 }), { maxLength: 8 }), fc.boolean(), (points, copied) => {
      const cuts = [0, ...points.sort((a, b) => a - b), 60]
      const state = digestState()
      for (let n = 1; n < cuts.length; n++)
        if (copied) digestBlock(state, sliceBlock(whole, cuts[n - 1]!, cuts[n]!))
        else digestBlock(state, whole, cuts[n - 1]!, cuts[n]!)
      expect(state.count).toBe(60)
      expect(digestHex(state)).toBe(digestOf(whole))
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('a record counts as its row in a block does', () => {
  const [rows, records] = [digestState(), digestState()]
  for (let n = 0; n < 20; n++) {
    digestBlock(rows, blockOf(fills.schema, [fill(n)]))
    digestRecord(records, fills.schema, `K${n % 5}`, fill(n) as unknown as Stamped)
  }
  expect(records).toEqual(rows)
})

test('how keys are numbered does not matter', () => {
  const block = quoteBlock(0, 9)
  const renamed = { ...block, keys: ['other', ...block.keys], key: block.key.map(index => index + 1) }
  expect(digestOf(renamed)).toBe(digestOf(block))
})

test('each bit of each column counts, and so does the order', () => {
  const seen = new Set([digestOf(quoteBlock(0, 50))])
  const columns = (block: Block): Float64Array[] => [block.at, ...Object.values(block.columns)] as Float64Array[]
  const changes = 50 * 64 * 5
  for (let change = 0; change < changes; change += 7) {
    const block = quoteBlock(0, 50)
    const column = columns(block)[Math.floor(change / (50 * 64))]!
    new Uint8Array(column.buffer, column.byteOffset)[(change % (50 * 64)) >> 3]! ^= 1 << (change & 7)
    seen.add(digestOf(block))
  }
  const expected = 1 + Math.ceil(changes / 7)
  expect(seen.size).toBe(expected)
  seen.add(digestOf(quoteBlock(1, 2), quoteBlock(0, 1), quoteBlock(2, 50)))
  seen.add(digestOf(blockOf(quotes.schema, [{ ...quoteRow(0), key: 'XAUUSE' }]), quoteBlock(1, 50)))
  expect(seen.size).toBe(expected + 2)
})

test('0 and -0 differ, all NaN are one, and rows of another schema are others', () => {
  const row = (bid: number): Block => blockOf(quotes.schema, [{ ...quoteRow(0), bid }])
  expect(digestOf(row(-0))).not.toBe(digestOf(row(0)))
  const odd = row(Number.NaN)
  const { bid } = odd.columns
  if (bid instanceof Float64Array) new Uint32Array(bid.buffer, bid.byteOffset, 2).set([1, 0xfff00001])
  expect(digestOf(odd)).toBe(digestOf(row(Number.NaN)))
  const other = { ...quotes.schema, id: 99 }
  expect(digestOf({ ...quoteBlock(0, 5), schema: other })).not.toBe(digestOf(quoteBlock(0, 5)))
})

test('texts keep their borders', () => {
  const trade = (key: string, side: string): Block => blockOf(trades.schema, [{ key, at: 1, price: 1, size: 1, side }])
  expect(digestOf(trade('a', 'bc'))).not.toBe(digestOf(trade('ab', 'c')))
  expect(digestOf(trade('', 'a'))).not.toBe(digestOf(trade('a', '')))
  expect(digestOf(trade('a', '\u0000'))).not.toBe(digestOf(trade('a', '')))
})

test('the state is plain data that goes on where it was saved, and reading the digest changes nothing', () => {
  const state = digestState()
  digestBlock(state, quoteBlock(0, 10))
  digestHex(state)
  const restored = JSON.parse(JSON.stringify(state)) as DigestState
  digestBlock(restored, quoteBlock(10, 20))
  expect(digestHex(restored)).toBe(digestOf(quoteBlock(0, 20)))
  digestBlock(state, emptyBlock(quotes.schema))
  expect(digestHex(state)).toBe(digestOf(quoteBlock(0, 10)))
})

test('the lanes of nearby streams share no pattern', () => {
  const counts = new Array<number>(128).fill(0)
  for (let n = 0; n < 400; n++) {
    const [one, two] = [digestOf(quoteBlock(n, n + 1)), digestOf(quoteBlock(n + 1, n + 2))]
    const difference = BigInt(`0x${one}`) ^ BigInt(`0x${two}`)
    for (let bit = 0; bit < 128; bit++) counts[bit]! += Number((difference >> BigInt(bit)) & 1n)
  }
  expect(Math.min(...counts)).toBeGreaterThan(140)
  expect(Math.max(...counts)).toBeLessThan(260)
})
