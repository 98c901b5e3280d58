import { expect } from 'vitest'
import { digestBlock, digestHex, digestState } from '../../log/digest.ts'
import type { LogCases } from './cases.ts'
import { quoteBlock, rowsRead } from './rows.ts'

export const reading: LogCases = {
  'from and until bound what is read': async ({ log }) => {
    for (let n = 0; n < 6; n++) await log.append('quotes', 0, [quoteBlock(n, n + 1)])
    const offsets = async (range: { from: number; until?: number }): Promise<number[]> =>
      (await rowsRead(log, 'quotes', 0, range)).map(({ offset }) => offset)
    expect(await offsets({ from: 2 })).toEqual([2, 3, 4, 5])
    expect(await offsets({ from: 1, until: 3 })).toEqual([1, 2])
    expect(await offsets({ from: 4, until: 100 })).toEqual([4, 5])
    expect(await offsets({ from: 6 })).toEqual([])
    expect(await offsets({ from: 9 })).toEqual([])
  },

  'a read ends where the partition ended when it was called': async ({ log }) => {
    await log.append('quotes', 0, [quoteBlock(0, 1)])
    const records = log.read('quotes', 0, 0)
    await log.append('quotes', 0, [quoteBlock(1, 2)])
    let count = 0
    for await (const _ of records) {
      await log.append('quotes', 0, [quoteBlock(2, 3)])
      count += 1
    }
    expect(count).toBe(1)
  },

  'readers that take turns do not disturb each other': async ({ log }) => {
    for (let n = 0; n < 20; n++) await log.append('quotes', n % 2, [quoteBlock(n * 5, n * 5 + 5)])
    const [even, odd] = [digestState(), digestState()]
    const readers = [0, 1, 0, 1].map(partition => log.read('quotes', partition, 0)[Symbol.asyncIterator]())
    for (let n = 0; n < 10; n++) {
      const records = await Promise.all(readers.map(reader => reader.next()))
      for (const [index, { value }] of records.entries()) digestBlock(index % 2 === 0 ? even : odd, value.block)
    }
    const [evenOnly, oddOnly] = [digestState(), digestState()]
    for (let n = 0; n < 20; n++)
      for (let twice = 0; twice < 2; twice++)
        digestBlock(n % 2 === 0 ? evenOnly : oddOnly, quoteBlock(n * 5, n * 5 + 5))
    expect([digestHex(even), digestHex(odd)]).toEqual([digestHex(evenOnly), digestHex(oddOnly)])
  },

  'arrival waits until the partition ends behind the offset, or the signal aborts': async ({ log }) => {
    await log.append('quotes', 0, [quoteBlock(0, 1)])
    expect(await log.arrival('quotes', 0, 0)).toBe(1)
    const order: string[] = []
    const second = log.arrival('quotes', 0, 1).then(() => order.push('second'))
    const other = log.arrival('quotes-2', 0, 0).then(() => order.push('other'))
    const stop = new AbortController()
    const never = log.arrival('quotes', 0, 9, stop.signal).then(() => order.push('aborted'))
    await log.append('quotes', 0, [quoteBlock(1, 2)])
    await second
    await log.append('quotes-2', 0, [quoteBlock(0, 1)])
    await other
    stop.abort()
    await never
    await log.arrival('quotes', 0, 9, stop.signal)
    expect(order).toEqual(['second', 'other', 'aborted'])
    expect(await log.append('quotes', 0, [quoteBlock(2, 3)])).toBe(2)
  },

  'a reader may leave early': async ({ log }) => {
    await log.append('quotes', 0, [quoteBlock(0, 1), quoteBlock(1, 2)])
    for await (const { offset } of log.read('quotes', 0, 0)) if (offset === 0) break
    expect(await log.append('quotes', 0, [quoteBlock(2, 3)])).toBe(2)
  },
}
