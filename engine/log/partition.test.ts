import { expect, it } from 'vitest'
import { quotes } from '../market/topics.ts'
import { blockOf, rowOf } from './build.ts'
import { partitionOf, spread } from './partition.ts'

it.each([
  // As in the tests of the Kafka clients (UtilsTest.testMurmur2).
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('the partition of %s is that of the Kafka clients', (key, hash) => {
  expect(partitionOf(key, 2 ** 31)).toBe(hash & 0x7fffffff)
  expect(partitionOf(key, 12)).toBe((hash & 0x7fffffff) % 12)
})

it('spreads the rows of a block, each key in its order', () => {
  const row = (key: string, at: number): Parameters<typeof blockOf>[1][number] => ({
    ...{ key, at, bid: at, ask: at + 1, bidSize: 0, askSize: 0 },
  })
  const keys = ['EURUSD', 'XAUUSD', 'BTCUSDT']
  const rows = Array.from({ length: 30 }, (_, n) => row(keys[(n * n) % 3]!, n))
  const parts = spread([blockOf(quotes.schema, rows)], 8)
  expect([...parts.keys()].sort()).toEqual([3, 5])
  for (const [partition, [part]] of parts)
    expect(Array.from({ length: part!.count }, (_, n) => rowOf(part!, n))).toEqual(
      rows.filter(({ key }) => partitionOf(key, 8) === partition),
    )
})
