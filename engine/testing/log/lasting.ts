import { expect } from 'vitest'
import { code, type LogCases } from './cases.ts'
import { quoteBlock, rowsOf, rowsRead, step } from './rows.ts'

export const lasting: LogCases = {
  'a closed log refuses everything, and closing it again is no error': async ({ log: closed }) => {
    await closed.append('quotes', 0, [quoteBlock(0, 1), quoteBlock(1, 2)])
    const records = closed.read('quotes', 0, 0)[Symbol.asyncIterator]()
    await records.next()
    const arrival = closed.arrival('quotes', 0, 2)
    arrival.catch(() => undefined)
    await closed.close()
    await closed.close()
    await expect(arrival).rejects.toEqual(code('LOG_CLOSED'))
    await expect(records.next()).rejects.toEqual(code('LOG_CLOSED'))
    await expect(closed.append('quotes', 0, [quoteBlock(0, 1)])).rejects.toEqual(code('LOG_CLOSED'))
    await expect(closed.topics()).rejects.toEqual(code('LOG_CLOSED'))
    await expect(closed.end('quotes', 0)).rejects.toEqual(code('LOG_CLOSED'))
    await expect(closed.fence('t')).rejects.toEqual(code('LOG_CLOSED'))
    await expect(closed.commit(step('t', 1, 1))).rejects.toEqual(code('LOG_CLOSED'))
    await expect(closed.committed('t')).rejects.toEqual(code('LOG_CLOSED'))
    await expect(closed.lag('t', 'quotes', 0)).rejects.toEqual(code('LOG_CLOSED'))
    await expect(closed.drop('quotes')).rejects.toEqual(code('LOG_CLOSED'))
    expect(() => closed.read('quotes', 0, 0)).toThrow(code('LOG_CLOSED'))
  },

  'what was acknowledged is there when the place is opened again': async ({ log, reopen }) => {
    const { epoch } = await log.fence('t')
    await log.append('quotes', 2, [quoteBlock(0, 100), quoteBlock(100, 101)])
    const outputs = [{ topic: 'orders', partition: 0, block: quoteBlock(7, 9) }]
    await log.commit(step('t', epoch, 1, { outputs, snapshot: Uint8Array.of(5) }))
    const before = await log.topics()
    const again = await reopen()
    expect(again !== log).toBe(log.capabilities.durable)
    expect(await again.topics()).toEqual(before)
    expect((await rowsRead(again, 'quotes', 2)).flatMap(({ rows }) => rows)).toEqual(rowsOf(0, 101))
    expect((await rowsRead(again, 'orders', 0)).flatMap(({ rows }) => rows)).toEqual(rowsOf(7, 9))
    const restored = await again.fence('t')
    expect([restored.epoch, restored.position.offset, [...restored.snapshot!.bytes]]).toEqual([2, 1, [5]])
    await expect(again.commit(step('t', epoch, 2))).rejects.toEqual(code('LOG_FENCED'))
    expect(await again.append('quotes', 2, [quoteBlock(101, 102)])).toBe(2)
  },
}
