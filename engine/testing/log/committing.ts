import { expect } from 'vitest'
import { emptyBlock } from '../../log/build.ts'
import type { Output } from '../../log/port.ts'
import { quotes } from '../../market/topics.ts'
import { code, type LogCases } from './cases.ts'
import { quoteBlock, rowsOf, rowsRead, step } from './rows.ts'

export const committing: LogCases = {
  'a new task starts at the start, and each fence raises the epoch': async ({ log }) => {
    const first = await log.fence('mean-reversion/0')
    expect(first).toEqual({ epoch: 1, position: { offset: 0, row: 0 }, progress: null, snapshot: null })
    expect(await log.fence('mean-reversion/0')).toEqual({ ...first, epoch: 2 })
    expect((await log.fence('mean-reversion/1')).epoch).toBe(1)
  },

  'outputs, position, progress and snapshot come back together': async ({ log }) => {
    const { epoch } = await log.fence('t')
    const outputs = [
      { topic: 'decisions', partition: 0, block: quoteBlock(0, 2) },
      { topic: 'orders', partition: 4, block: quoteBlock(2, 3) },
      { topic: 'decisions', partition: 0, block: quoteBlock(3, 4) },
    ]
    const position = { offset: 7, row: 11 }
    await log.commit({
      task: 't',
      epoch,
      outputs,
      position,
      progress: Uint8Array.of(1, 2),
      snapshot: Uint8Array.of(3),
    })
    expect((await rowsRead(log, 'decisions', 0)).flatMap(({ rows }) => rows)).toEqual([
      ...rowsOf(0, 2),
      ...rowsOf(3, 4),
    ])
    expect((await rowsRead(log, 'orders', 4)).flatMap(({ rows }) => rows)).toEqual(rowsOf(2, 3))
    const restored = await log.fence('t')
    expect(restored.position).toEqual(position)
    expect([...restored.progress!]).toEqual([1, 2])
    expect(restored.snapshot!.position).toEqual(position)
    expect([...restored.snapshot!.bytes]).toEqual([3])
  },

  'the snapshot may be older than the commit': async ({ log }) => {
    const { epoch } = await log.fence('t')
    await log.commit(step('t', epoch, 1, { snapshot: Uint8Array.of(9, 9) }))
    await log.commit(step('t', epoch, 2))
    await log.commit(step('t', epoch, 3))
    const { position, progress, snapshot } = await log.fence('t')
    expect([position.offset, [...progress!]]).toEqual([3, [3]])
    expect([snapshot!.position.offset, [...snapshot!.bytes]]).toEqual([1, [9, 9]])
  },

  'progress and snapshot are the caller’s again as soon as commit returns': async ({ log }) => {
    const { epoch } = await log.fence('t')
    const [progress, snapshot] = [Uint8Array.of(1), Uint8Array.of(2)]
    const committed = log.commit(step('t', epoch, 1, { progress, snapshot }))
    progress[0] = snapshot[0] = 99
    await committed
    const restored = await log.fence('t')
    expect([restored.progress![0], restored.snapshot!.bytes[0]]).toEqual([1, 2])
  },

  'an older or unknown epoch is refused, and leaves nothing behind': async ({ log }) => {
    const outputs = [{ topic: 'orders', partition: 0, block: quoteBlock(0, 1) }]
    await expect(log.commit(step('t', 1, 1, { outputs }))).rejects.toEqual(code('LOG_FENCED'))
    await expect(log.commit(step('t', 0, 1, { outputs }))).rejects.toEqual(code('LOG_FENCED'))
    const { epoch } = await log.fence('t')
    await log.commit(step('t', epoch, 1))
    await log.fence('t')
    await expect(log.commit(step('t', epoch, 2, { outputs }))).rejects.toEqual(code('LOG_FENCED'))
    expect(await log.end('orders', 0)).toBe(0)
    expect((await log.fence('t')).position.offset).toBe(1)
  },

  'a commit with one bad output keeps nothing at all': async ({ log }) => {
    const { epoch } = await log.fence('t')
    const outputs = [
      { topic: 'orders', partition: 0, block: quoteBlock(0, 1) },
      { topic: 'decisions', partition: 0, block: emptyBlock(quotes.schema) },
    ]
    await expect(log.commit(step('t', epoch, 5, { outputs }))).rejects.toEqual(code('LOG_SCHEMA'))
    expect(await log.topics()).toEqual([])
    expect((await log.fence('t')).position.offset).toBe(0)
  },

  'commits that overlap in time are kept in the order of the calls': async ({ log }) => {
    const { epoch } = await log.fence('t')
    const outputs = (n: number): Output[] => [{ topic: 'orders', partition: 0, block: quoteBlock(n, n + 1) }]
    await Promise.all([0, 1, 2, 3].map(n => log.commit(step('t', epoch, n + 1, { outputs: outputs(n) }))))
    expect((await rowsRead(log, 'orders', 0)).flatMap(({ rows }) => rows)).toEqual(rowsOf(0, 4))
    expect((await log.fence('t')).position.offset).toBe(4)
  },

  'the last commit is told, and the task stays with whoever has it': async ({ log }) => {
    const start = { position: { offset: 0, row: 0 }, progress: null }
    expect(await log.committed('t')).toEqual(start)
    const { epoch } = await log.fence('t')
    expect(await log.committed('t')).toEqual(start)
    for (const n of [1, 2]) {
      await log.commit(step('t', epoch, n, { position: { offset: n, row: 3 }, snapshot: Uint8Array.of(9) }))
      const { position, progress, ...more } = await log.committed('t')
      expect([position, [...progress!], more]).toEqual([{ offset: n, row: 3 }, [n], {}])
    }
    expect((await log.committed('another')).progress).toBe(null)
    expect((await log.fence('t')).epoch).toBe(epoch + 1)
  },

  'lag counts the records that are not stepped to their end': async ({ log }) => {
    for (let n = 0; n < 5; n++) await log.append('quotes', 0, [quoteBlock(n, n + 2)])
    expect(await log.lag('t', 'quotes', 0)).toBe(5)
    const { epoch } = await log.fence('t')
    await log.commit(step('t', epoch, 2, { position: { offset: 2, row: 1 } }))
    expect(await log.lag('t', 'quotes', 0)).toBe(3)
    await log.commit(step('t', epoch, 5))
    expect(await log.lag('t', 'quotes', 0)).toBe(0)
    expect(await log.lag('t', 'nothing', 0)).toBe(0)
  },
}
