import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import type { Log } from '../../engine/log/port.ts'
import { quoteBlock, rowsOf, rowsRead, step } from '../../engine/testing/log/rows.ts'
import { type Client, openClient } from './client.ts'
import { parseKafka } from './config.ts'
import { committedOffsets } from './group-offsets.ts'
import { openKafkaLog } from './kafka-log.ts'
import { produce } from './produce.ts'
import { newProducer, sequenceBehind } from './producer.ts'
import { openReader } from './reader.ts'
import { encodeBatch } from './record-batch.ts'
import { apis, type KafkaProxy, openProxy } from './testing/proxy.ts'
import { createTopic, writeBatch } from './testing/raw.ts'

/*
 * What kafkajs 2.2.4 does wrong and we would inherit, and what ours does instead. K8, aborted records that are read, is
 * in committed.server.test.ts; what concerns groups is in group.server.test.ts.
 */

const TASK = 'desk/0'

let proxy: KafkaProxy
let prefix: string
let client: Client
let log: Log
beforeEach(async () => {
  prefix = `defects-${randomUUID()}`
  proxy = await openProxy(inject('kafka'))
  client = await openClient({ brokers: [inject('kafka')], clientId: prefix })
  log = await opened(1000)
})
afterEach(async () => {
  proxy.judge(() => 'pass')
  await Promise.all([log.close(), client.close()])
  await proxy.close()
})

const opened = (timeoutMs: number): Promise<Log> =>
  openKafkaLog(parseKafka(`kafka://${proxy.address}/${prefix}?timeout-ms=${timeoutMs}`))

/** From here on it is counted what is asked: what a broker is slow to answer is not asked again. */
const patiently = async (): Promise<void> => {
  await log.close()
  log = await opened(60_000)
}

const rowsIn = async (topic: string, partition = 0): Promise<unknown> =>
  (await rowsRead(log, topic, partition)).flatMap(({ rows }) => rows)

const commit = (epoch: number, n: number, more: object = {}): Promise<void> =>
  log.commit(
    step(TASK, epoch, n + 1, { outputs: [{ topic: 'orders', partition: 0, block: quoteBlock(n, n + 1) }], ...more }),
  )

/** The error stands behind length, correlation and throttle time. */
const refusedWith = (code: number) => ({ edit: (answer: Buffer) => void answer.writeInt16BE(code, 12) })
const CONCURRENT_TRANSACTIONS = 51

test.each(['cut', 'tear', 'mute', 'refuse', 'lose'] as const)(
  'K1: a write whose answer does not come, and others behind it, are each there once, in their order: %s',
  async fate => {
    await log.append('quotes', 0, [quoteBlock(0, 1)])
    const met = proxy.once('Produce', fate)
    const written = Array.from({ length: 20 }, (_, n) => log.append('quotes', 0, [quoteBlock(n + 1, n + 2)]))
    await met
    expect(await Promise.all(written)).toEqual(Array.from(written, (_, n) => n + 1))
    expect(await rowsIn('quotes')).toEqual(rowsOf(0, 21))
  },
)

test('K2: sequence numbers go around at 2^31, and a repeat behind that is still told from a new write', async () => {
  await createTopic(client, prefix)
  let producer = { ...(await newProducer(client)), sequence: 2 ** 31 - 3 }
  const send = async (count: number): Promise<number> => {
    const records = Array.from({ length: count }, () => ({ key: null, value: Buffer.from('x'), timestamp: 0 }))
    const [offset] = await produce(
      client,
      [{ topic: prefix, partition: 0, batch: encodeBatch({ records, producer }) }],
      null,
    )
    return offset!
  }
  expect(await send(5)).toBe(0)
  expect(await send(5)).toBe(0)
  producer = sequenceBehind(producer, 5)
  expect(producer.sequence).toBe(2)
  expect(await send(4)).toBe(5)
  expect(await send(4)).toBe(5)
})

test.each([
  ['K3: a failed', 'refuse'],
  ['K3: an unanswered', 'mute'],
] as const)('%s end is not the end', async (_, fate) => {
  const { epoch } = await log.fence(TASK)
  for (let n = 0; n < 3; n++) {
    const met = proxy.once('EndTxn', fate)
    await commit(epoch, n)
    await met
  }
  expect(await rowsIn('orders')).toEqual(rowsOf(0, 3))
})

test('K4: the group is added again when the transaction before is still ending', async () => {
  await patiently()
  await log.append('mailbox', 0, [quoteBlock(0, 1)])
  const { epoch } = await log.fence(TASK)
  const producers = proxy.count('InitProducerId')
  const met = proxy.once('AddOffsetsToTxn', refusedWith(CONCURRENT_TRANSACTIONS))
  await commit(epoch, 0, { mailbox: { topic: 'mailbox', partition: 0 } })
  await met
  expect(proxy.count('AddOffsetsToTxn')).toBe(2)
  expect(proxy.count('InitProducerId')).toBe(producers)
  expect(await rowsIn('orders')).toEqual(rowsOf(0, 1))
})

test('K5: a commit of offsets that names no member is refused by its epoch', async () => {
  await log.append('mailbox', 0, [quoteBlock(0, 10)])
  const mailbox = { topic: 'mailbox', partition: 0 }
  const zombie = await log.fence(TASK)
  await commit(zombie.epoch, 0, { mailbox })
  const other = await openKafkaLog(parseKafka(`kafka://${inject('kafka')}/${prefix}`))
  const heir = await other.fence(TASK)
  await other.commit(step(TASK, heir.epoch, 7, { mailbox }))
  const offsets = (): Promise<unknown> => committedOffsets(client, `${prefix}.desk`)
  const heirs = [{ topic: `${prefix}.mailbox`, partition: 0, offset: 7 }]
  // It is seen when the marks are written, behind the answer.
  await expect.poll(offsets).toEqual(heirs)
  await delay(150)
  await expect(commit(zombie.epoch, 1, { mailbox })).rejects.toMatchObject({ code: 'LOG_FENCED' })
  await other.close()
  expect(await offsets()).toEqual(heirs)
})

test('K6 K7: a task has one producer, and a transaction asks for nothing that is known', async () => {
  await patiently()
  const { epoch } = await log.fence(TASK)
  await commit(epoch, 0)
  const asked: number[] = []
  proxy.judge(api => {
    if (api !== apis.Fetch) asked.push(api)
    return 'pass'
  })
  await commit(epoch, 1)
  // As often as the coordinator is busy with the one before, it is asked again.
  const steps = asked.filter((api, n) => api !== asked[n - 1])
  expect(steps).toEqual([apis.AddPartitionsToTxn, apis.Produce, apis.EndTxn])
  expect(proxy.count('InitProducerId')).toBe(1)
})

test('K13: who is idle sleeps', async () => {
  await client.partitions()
  await delay(50)
  const timers = vi.spyOn(globalThis, 'setTimeout')
  await delay(500)
  const ours = timers.mock.calls.length
  const producer = new Kafka({ brokers: [inject('kafka')], logLevel: logLevel.NOTHING }).producer()
  await producer.connect()
  await delay(500)
  await producer.disconnect()
  expect(timers.mock.calls.filter(([, ms = 0]) => ms < 0)).toEqual([])
  timers.mockRestore()
  expect(ours).toBeLessThan(5)
})

test('K16: offsets are numbers', async () => {
  const offsets = [await log.append('quotes', 0, [quoteBlock(0, 1)]), await log.end('quotes', 0)]
  const [read] = await rowsRead(log, 'quotes', 0)
  expect([...offsets, read!.offset]).toEqual([0, 1, 0])
})

test('K18: what is sent again goes where it was to go', async () => {
  await log.append('quotes', 3, [quoteBlock(0, 1)])
  for (let n = 1; n < 6; n++) {
    const met = proxy.once('Produce', 'cut')
    await log.append('quotes', 3, [quoteBlock(n, n + 1)])
    await met
  }
  expect(await rowsIn('quotes', 3)).toEqual(rowsOf(0, 6))
  expect(await Promise.all([0, 1, 2].map(partition => log.end('quotes', partition)))).toEqual([0, 0, 0])
})

test('a fetch that waits for news is not forgotten when the other connection to its broker is closed', async () => {
  await createTopic(client, prefix)
  const behind = await openClient({ brokers: [proxy.address], clientId: prefix, requestTimeoutMs: 600_000 })
  const reader = await openReader({ client: behind })
  // The first errand finds nothing; then comes the poll, over the connections that carry all else.
  const errand = proxy.once('Fetch', 'pass')
  const news = reader.arrival(prefix, 0, 0)
  await errand
  await proxy.once('Fetch', 'mute')
  const closed = proxy.once('ListOffsets', 'cut')
  expect(await reader.end(prefix, 0)).toBe(0)
  await closed
  await writeBatch(client, prefix, 0, { records: [{ key: null, value: null, timestamp: 0 }] })
  expect(await news).toBe(1)
  await reader.close()
  await behind.close()
})

test('K22: while one partition has all that its reader takes, news of another come at once', async () => {
  await createTopic(client, prefix, { partitions: 2 })
  const record = { key: null, value: Buffer.alloc(1000), timestamp: 0 }
  for (let n = 0; n < 20; n++) await writeBatch(client, prefix, 0, { records: [record] })
  const reader = await openReader({ client, fetchBytes: 1, aheadBytes: 1 })
  const busy = reader.read(prefix, 0, 0)[Symbol.asyncIterator]()
  await busy.next()
  await delay(1000)
  let least = Number.POSITIVE_INFINITY
  // The machine may be busy with something else, but not each time.
  for (let n = 0; n < 8 && least >= 300; n++) {
    const news = reader.arrival(prefix, 1, n)
    await delay(200)
    const begun = performance.now()
    await writeBatch(client, prefix, 1, { records: [record] })
    await news
    least = Math.min(least, performance.now() - begun)
  }
  expect(least).toBeLessThan(300)
  await busy.return!()
  await reader.close()
})
