import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import type { Log } from '../../engine/log/port.ts'
import { quoteBlock, reshapedBlock, rowsOf, rowsRead, step } from '../../engine/testing/log/rows.ts'
import { type Client, openClient } from './client.ts'
import { parseKafka } from './config.ts'
import { openKafkaLog } from './kafka-log.ts'
import { createTopic, deleteTopic } from './testing/raw.ts'
import type { TopicSpec } from './topics.ts'

let prefix: string
let client: Client
let opened: Log[]
beforeEach(async () => {
  prefix = `topics-${randomUUID()}`
  client = await openClient({ brokers: [inject('kafka')], clientId: prefix })
  opened = []
})
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(opened.map(log => log.close()))
  await client.close()
})

const open = async (topics: readonly TopicSpec[] = [], more = ''): Promise<Log> => {
  const log = await openKafkaLog({ ...parseKafka(`kafka://${inject('kafka')}/${prefix}${more}`), topics })
  opened.push(log)
  return log
}

const ours = ['cleanup.policy', 'retention.ms', 'retention.bytes', 'max.message.bytes', 'min.insync.replicas']

const configOf = async (topic: string): Promise<readonly (string | null)[]> => {
  const resources = [{ type: 2, name: `${prefix}.${topic}`, configNames: ours }]
  const { resources: found } = await (await client.controller()).ask<{
    readonly resources: readonly {
      readonly configEntries: readonly { readonly configName: string; readonly configValue: string | null }[]
    }[]
  }>('DescribeConfigs', { resources })
  const values = new Map(found[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]))
  return ours.map(name => values.get(name) ?? null)
}

const partitionsOf = async (topic: string): Promise<number | undefined> =>
  (await client.partitions([`${prefix}.${topic}`])).get(`${prefix}.${topic}`)

describe('a topic that is missing is created', () => {
  test('as it was declared', async () => {
    await open([
      { topic: 'quotes', partitions: 3 },
      { topic: 'ticks', partitions: 2, retentionMs: 3_600_000 },
      { topic: 'last', compacted: true },
    ])
    expect(await Promise.all(['quotes', 'ticks', 'last'].map(partitionsOf))).toEqual([3, 2, 1])
    expect(await configOf('quotes')).toEqual(['delete', '-1', '-1', '16777216', '1'])
    expect(await configOf('ticks')).toEqual(['delete', '3600000', '-1', '16777216', '1'])
    expect((await configOf('last'))[0]).toBe('compact')
  })

  test('when it is first written to, and grows by need; nothing in it is ever deleted', async () => {
    const log = await open()
    await log.append('quotes', 0, [quoteBlock(0, 1)])
    expect(await partitionsOf('quotes')).toBe(1)
    await Promise.all([3, 1, 2].map(partition => log.append('quotes', partition, [quoteBlock(partition, 9)])))
    expect(await partitionsOf('quotes')).toBe(4)
    expect((await configOf('quotes')).slice(0, 3)).toEqual(['delete', '-1', '-1'])
    expect((await rowsRead(log, 'quotes', 3)).flatMap(({ rows }) => rows)).toEqual(rowsOf(3, 9))
  })

  test('once, by two that come at the same time', async () => {
    const spec = { topic: 'quotes', partitions: 2 }
    const logs = await Promise.all([open([spec]), open([spec])])
    await Promise.all(logs.map((log, n) => log.append('quotes', n, [quoteBlock(n, n + 1)])))
    expect((await logs[0]!.topics()).map(({ partition, rows }) => [partition, rows])).toEqual([
      [0, 1],
      [1, 1],
    ])
  })

  test('to be written to by a machine whose clock is wrong', async () => {
    const log = await open()
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + 2 * 3_600_000)
    await log.append('quotes', 0, [quoteBlock(0, 1)])
    const { epoch } = await log.fence('desk/0')
    await log.commit(step('desk/0', epoch, 1, { snapshot: Uint8Array.of(1) }))
    vi.useRealTimers()
    expect((await rowsRead(log, 'quotes', 0)).flatMap(({ rows }) => rows)).toEqual(rowsOf(0, 1))
  })

  test('not where the cluster cannot keep as many copies', async () => {
    await expect(open([{ topic: 'quotes' }], '?replication=3')).rejects.toMatchObject({
      code: 'KAFKA_CONFIG',
      message: expect.stringMatching(/fewer brokers than replication= asks for/),
    })
  })
})

describe('a topic that is there is held against what it must be', () => {
  const refusal = (sentence: RegExp): object => ({ code: 'KAFKA_TOPIC', message: expect.stringMatching(sentence) })

  test('the number of its partitions', async () => {
    await createTopic(client, `${prefix}.quotes`, { partitions: 4 })
    await open([{ topic: 'quotes', partitions: 4 }])
    await expect(open([{ topic: 'quotes', partitions: 8 }])).rejects.toMatchObject(
      refusal(/has 4 partitions, expected are 8: keys would meet another state; copy it to a new topic with 8/),
    )
    const log = await open([{ topic: 'quotes', partitions: 4 }])
    await expect(log.append('quotes', 4, [quoteBlock(0, 1)])).rejects.toMatchObject(
      refusal(/has 4 partitions, and partition 4 is asked for/),
    )
  })

  test('how long it keeps what is needed again', async () => {
    await createTopic(client, `${prefix}.quotes`, { config: { 'retention.ms': '604800000' } })
    await expect(open([{ topic: 'quotes', retentionMs: null }])).rejects.toMatchObject(
      refusal(/has retention\.ms=604800000: it would lose what a replay needs; set it to -1/),
    )
    await expect(open([{ topic: 'quotes', retentionMs: 604_800_001 }])).rejects.toMatchObject(refusal(/retention/))
    await open([{ topic: 'quotes', retentionMs: 86_400_000 }])
    await open([{ topic: 'quotes' }])
    await createTopic(client, `${prefix}.trades`, { config: { 'retention.ms': '-1', 'retention.bytes': '1000000' } })
    await expect(open([{ topic: 'trades', retentionMs: null }])).rejects.toMatchObject(
      refusal(/has retention\.bytes=1000000: it would lose what a replay needs; set it to -1/),
    )
    const config = { 'cleanup.policy': 'compact,delete', 'retention.ms': '604800000' }
    await createTopic(client, `${prefix}.commits`, { config })
    await expect(open([{ topic: 'commits', compacted: true }])).rejects.toMatchObject(refusal(/has retention\.ms=/))
  })

  test('how many replicas must have a write', async () => {
    await createTopic(client, `${prefix}.quotes`)
    await expect(open([{ topic: 'quotes' }], '?min-in-sync=2')).rejects.toMatchObject(
      refusal(/has min\.insync\.replicas=1, expected is 2: raise it, or ask for less with min-in-sync=/),
    )
  })

  test('what it keeps', async () => {
    await createTopic(client, `${prefix}.quotes`)
    await expect(open([{ topic: 'quotes', compacted: true }])).rejects.toMatchObject(
      refusal(/has cleanup\.policy=delete, expected is compact/),
    )
  })

  test('what keeps the commits of a task, when it is taken over', async () => {
    await createTopic(client, `${prefix}.desk.commits`, { config: { 'cleanup.policy': 'delete' } })
    const config = { 'cleanup.policy': 'compact,delete', 'retention.ms': '604800000' }
    await createTopic(client, `${prefix}.run.commits`, { config })
    const log = await open()
    await expect(log.fence('desk/0')).rejects.toMatchObject(
      refusal(/desk\.commits has cleanup\.policy=delete, expected is compact/),
    )
    await expect(log.fence('run/0')).rejects.toMatchObject(
      refusal(/run\.commits has retention\.ms=604800000: it would lose what a replay needs; set it to -1/),
    )
  })

  test('how large a message it takes', async () => {
    await createTopic(client, `${prefix}.quotes`, { config: { 'max.message.bytes': '2000' } })
    const log = await open()
    await expect(log.append('quotes', 0, [quoteBlock(0, 500)])).rejects.toMatchObject(
      refusal(/quotes\/0: a message is larger than the topic takes: raise its max\.message\.bytes/),
    )
    expect(await log.append('quotes', 0, [quoteBlock(0, 3)])).toBe(0)
    const { epoch } = await log.fence('t')
    const commit = { task: 't', epoch, position: { offset: 1, row: 0 }, progress: new Uint8Array(0) }
    const outputs = [{ topic: 'quotes', partition: 0, block: quoteBlock(3, 500) }]
    await expect(log.commit({ ...commit, outputs })).rejects.toMatchObject(refusal(/larger than the topic takes/))
    await expect(log.commit({ ...commit, outputs: [] })).rejects.toMatchObject({ code: 'KAFKA_TOPIC' })
    expect((await log.fence('t')).position.offset).toBe(0)
    expect(await log.end('quotes', 0)).toBeGreaterThan(0)
    expect((await rowsRead(log, 'quotes', 0)).flatMap(({ rows }) => rows)).toEqual(rowsOf(0, 3))
  })
})

test('a topic that somebody deletes under its writer is missed, and said to be', async () => {
  const log = await open()
  await log.append('quotes', 0, [quoteBlock(0, 1)])
  const request = { topics: [`${prefix}.quotes`], timeout: 10_000 }
  await (await client.controller()).ask('DeleteTopics', request)
  // A broker answers before the partition is gone.
  const writing = async (): Promise<void> => {
    for (let n = 1; n < 1000; n++) await log.append('quotes', 0, [quoteBlock(n, n + 1)])
  }
  const missed = {
    code: 'KAFKA_TOPIC',
    message: expect.stringMatching(/quotes\/0: there is no such topic or partition any more/),
  }
  await expect(writing()).rejects.toMatchObject(missed)
  // It is not empty, as one that never was.
  await expect(log.end('quotes', 0)).rejects.toMatchObject(missed)
})

test('what retention has taken away is not counted', async () => {
  const log = await open()
  for (let n = 0; n < 10; n++) await log.append('quotes', 0, [quoteBlock(3 * n, 3 * n + 3)])
  const [whole] = await log.topics()
  const topics = [{ topic: `${prefix}.quotes`, partitions: [{ partition: 0, offset: '4' }] }]
  await (await client.leader(`${prefix}.quotes`, 0))!.ask('DeleteRecords', { topics, timeout: 5000 })
  const [rest] = await log.topics()
  expect(rest).toMatchObject({ end: 10, rows: 18, firstAt: rowsOf(12, 13)[0]!.at })
  expect(rest!.bytes).toBe(whole!.bytes * 0.6)
})

test('of two shapes for one schema id, one is refused, whoever is first', async () => {
  const [one, other] = [await open(), await open()]
  for (let n = 0; n < 5; n++) {
    const topic = `quotes-${n}`
    const results = await Promise.allSettled([
      one.append(topic, 0, [quoteBlock(0, 3)]),
      other.append(topic, 0, [reshapedBlock()]),
    ])
    const refused = results.filter(result => result.status === 'rejected')
    expect(refused.map(({ reason }) => reason.code)).toEqual(['LOG_SCHEMA'])
    const later = await open()
    for (const log of [one, other, later])
      expect((await rowsRead(log, topic, 0)).map(({ offset }) => offset)).toEqual([0])
  }
})

test('a log whose topic others have deleted says so when it is closed, and gives its connections back', async () => {
  const sockets = (): number => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
  const before = sockets()
  const log = await openKafkaLog(parseKafka(`kafka://${inject('kafka')}/${prefix}`))
  const { epoch } = await log.fence('desk/0')
  await log.commit(step('desk/0', epoch, 1, { outputs: [{ topic: 'orders', partition: 0, block: quoteBlock(0, 1) }] }))
  await deleteTopic(client, `${prefix}.orders`)
  await expect(log.close()).rejects.toMatchObject({ code: 'KAFKA_TOPIC' })
  await expect.poll(sockets).toBeLessThanOrEqual(before)
})
