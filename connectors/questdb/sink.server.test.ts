import { once } from 'node:events'
import { createServer, request as open } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, inject, test } from 'vitest'
import { memoryLog } from '../../engine/log/memory.ts'
import { quoteBlock } from '../../engine/testing/log/rows.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { openQuestdb } from './questdb.ts'
import { questdbSink } from './sink.ts'
import { addressOf } from './testing/address.ts'
import { verify } from './verify.ts'

const address = addressOf(inject('questdb'))

/** A busy machine needs longer than the usual second. */
const SOON = { timeout: 60_000 }

test('the rows of a topic are stored once, though they are sent twice', async () => {
  const questdb = await openQuestdb({ address })
  const log = memoryLog()
  await log.append('sink.twice', 0, [quoteBlock(0, 1000), quoteBlock(1000, 5000)])
  const mailbox = { topic: 'sink.twice', partition: 0 }
  for (const task of ['first', 'second']) {
    const sink = questdbSink({ questdb, log, mailbox, clock: systemClock, task })
    expect(await sink.run()).toBe('finished')
    expect(sink.state()).toMatchObject({ rows: 5000, rejects: 0, pending: 0, committed: { offset: 2, row: 0 } })
  }
  const count = 'select count(), min(seq), max(seq) from quotes where source = $1'
  await expect.poll(() => questdb.query(count, ['sink.twice/0']), SOON).toEqual([[5000, 0, 4096 + 3999]])
  await questdb.close()
})

/** Stands before the database: carries a request out up to three times, and drops one answer in four. */
const unreliable = async (target: string): Promise<{ port: number; requests(): number; close(): Promise<void> }> => {
  let requests = 0
  const server = createServer(async (incoming, answer) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const { method, url: path, headers } = incoming
    const isWrite = path === '/write'
    const turn = isWrite ? requests++ : 0
    for (let sent = 0; ; sent++) {
      const { host: _host, ...passed } = headers
      const outgoing = open(new URL(path!, target), { method, headers: passed })
      outgoing.end(Buffer.concat(chunks))
      const [response] = await once(outgoing, 'response')
      const parts: Buffer[] = []
      for await (const part of response) parts.push(part)
      if (isWrite && sent < turn % 3) continue
      if (isWrite && turn % 4 === 2) answer.destroy()
      else answer.writeHead(response.statusCode).end(Buffer.concat(parts))
      return
    }
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    async close() {
      server.closeAllConnections()
      await new Promise(closed => server.close(closed))
    },
  }
}

test('requests that arrive up to three times, and answers that are lost, change no row', async () => {
  const proxy = await unreliable(inject('questdb').http)
  const questdb = await openQuestdb({ address: { ...address, http: proxy.port } })
  const log = memoryLog()
  for (let i = 0; i < 30; i++) await log.append('sink.lost', 0, [quoteBlock(i * 4096, (i + 1) * 4096)])
  const sink = questdbSink({ questdb, log, mailbox: { topic: 'sink.lost', partition: 0 }, clock: systemClock })
  await sink.run()
  expect(sink.state().retries).toBeGreaterThan(1)
  const found = await verify({ questdb, log, topic: 'sink.lost', partition: 0, clock: systemClock })
  expect(found).toMatchObject({ topicRows: 30 * 4096, tableRows: 30 * 4096, rejects: 0, hole: null })
  await questdb.close()
  await proxy.close()
})
