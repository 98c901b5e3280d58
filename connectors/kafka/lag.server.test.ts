import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { blockOf } from '../../engine/log/build.ts'
import { quotes } from '../../engine/market/topics.ts'
import type { GroupPartition } from '../../engine/run/observe.ts'
import { type Client, openClient } from './client.ts'
import { parseKafka } from './config.ts'
import { joinGroup } from './group.ts'
import { commitOffsets } from './group-offsets.ts'
import { openKafkaLog } from './kafka-log.ts'
import { groupLag, groupsOf } from './lag.ts'
import { openReader, type PartitionReader } from './reader.ts'
import type { NewRecord } from './record-batch.ts'
import { createTopic, openTransactions, writeBatch } from './testing/raw.ts'

/** A kind of what has settings. */
const TOPIC = 2

describe('the lag of a group', () => {
  const prefix = `lag-${Date.now()}`
  let client: Client
  let reader: PartitionReader
  beforeAll(async () => {
    client = await openClient({ brokers: [inject('kafka')], clientId: prefix })
    reader = await openReader({ client, fetchBytes: 1 })
  })
  afterAll(async () => {
    await reader.close()
    await client.close()
  })

  const lagOf = (group: string, topics?: readonly string[]) =>
    groupLag(group, { client, reader, ...(topics ? { topics } : {}) })

  /** What another client makes of the broker's figures. */
  const figuresOf = async (group: string, topic: string) => {
    const admin = new Kafka({ brokers: [inject('kafka')], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const ends = await admin.fetchTopicOffsets(topic)
    const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
    await admin.disconnect()
    return ends
      .map(({ partition, low, high }) => {
        const { offset } = committed!.partitions.find(one => one.partition === partition)!
        return { partition, oldest: Number(low), end: Number(high), committed: offset === '-1' ? null : Number(offset) }
      })
      .sort((a, b) => a.partition - b.partition)
  }
  const asFigures = (partitions: readonly GroupPartition[]) =>
    partitions.map(({ partition, oldest, end, committed }) => ({ partition, oldest, end, committed }))

  const record = (timestamp: number): NewRecord => ({ key: Buffer.of(7), value: Buffer.of(1), timestamp })
  const quote = (at: number) => ({ key: 'EURUSD', at, bid: 1.1, ask: 1.2, bidSize: 0, askSize: 0 })

  /** Keeps the last record of each key from now on, soon. */
  const compact = async (topic: string): Promise<void> => {
    const soon = { 'segment.ms': '100', 'min.cleanable.dirty.ratio': '0', 'max.compaction.lag.ms': '100' }
    const configEntries = Object.entries({ 'cleanup.policy': 'compact', ...soon }).map(([name, value]) => ({
      name,
      value,
    }))
    await (await client.controller()).ask('AlterConfigs', { resources: [{ type: TOPIC, name: topic, configEntries }] })
  }

  it('is what the broker says, in records; in event time, what the headers of blocks say', async () => {
    const log = await openKafkaLog(parseKafka(`kafka://${inject('kafka')}/${prefix}`))
    onTestFinished(() => log.close())
    const [group, topic] = [`${prefix}.slow`, `${prefix}.quotes`]
    for (const partition of [0, 1])
      for (const n of [1, 2, 3, 4, 5])
        await log.append('quotes', partition, [blockOf(quotes.schema, [quote(n * 1e6), quote(n * 1e6 + 500)])])
    const { epoch } = await log.fence('slow/1')
    const mailbox = { topic: 'quotes', partition: 1 }
    const step = { task: 'slow/1', epoch, outputs: [], progress: Buffer.of(), snapshot: Buffer.of(), mailbox }
    await log.commit({ ...step, position: { offset: 2, row: 1 } })
    await expect.poll(async () => (await lagOf(group)).partitions).toHaveLength(2)
    const { partitions } = await lagOf(group)
    expect(partitions).toEqual([
      { topic, partition: 0, committed: null, end: 5, oldest: 0, lagUs: 4_000_500 },
      { topic, partition: 1, committed: 2, end: 5, oldest: 0, lagUs: 3_000_000 },
    ])
    expect(asFigures(partitions)).toEqual(await figuresOf(group, topic))
    await log.commit({ ...step, position: { offset: 5, row: 0 } })
    await expect.poll(async () => (await lagOf(group)).partitions[1]).toMatchObject({ committed: 5, lagUs: 0 })
    await log.commit({ ...step, position: { offset: 0, row: 1 } })
    await expect.poll(async () => (await lagOf(group)).partitions[1]!.committed).toBe(0)
    expect((await lagOf(group)).partitions[1]!.lagUs).toBe(4_000_500)
  })

  it('of other records goes by their own time; marks of transactions are no time', async () => {
    const topic = `${prefix}-foreign`
    await createTopic(client, topic)
    await writeBatch(client, topic, 0, { records: [1_000, 2_000, 9_000].map(record) })
    const transactions = await openTransactions(client, topic, 0, topic)
    await transactions.send([record(12_000)])
    await commitOffsets(client, topic, [{ topic, partition: 0, offset: 2 }])
    expect((await lagOf(topic)).partitions).toMatchObject([{ end: 3, lagUs: 7_000_000 }])
    await transactions.end('commit')
    await expect.poll(async () => (await lagOf(topic)).partitions).toMatchObject([{ end: 5, lagUs: 10_000_000 }])
    await commitOffsets(client, topic, [{ topic, partition: 0, offset: 4 }])
    expect((await lagOf(topic)).partitions).toMatchObject([{ committed: 4, end: 5, lagUs: 0 }])
    expect(await groupsOf(client)).toContain(topic)
  })

  it('is right while the group is rebalanced, and where records were deleted', async () => {
    const topic = `${prefix}-kept`
    await createTopic(client, topic, { partitions: 2 })
    for (let n = 1; n <= 9; n++) await writeBatch(client, topic, 0, { records: [record(n * 1_000)] })
    const work = (_partition: number, signal: AbortSignal): Promise<void> =>
      new Promise(resolve => signal.addEventListener('abort', () => resolve()))
    const join = () => joinGroup({ client, group: topic, topics: [topic], work, heartbeatMs: 200 })
    const first = await join()
    await first.commit([{ topic, partition: 0, offset: 4 }])
    const others = [join(), join()]
    expect(asFigures((await lagOf(topic)).partitions)).toEqual(await figuresOf(topic, topic))
    await first.commit([{ topic, partition: 0, offset: 6 }])
    expect((await lagOf(topic)).partitions).toMatchObject([{ committed: 6, end: 9 }, { committed: null }])
    const leader = (await client.leader(topic, 0))!
    const deleted = [{ partition: 0, offset: '7' }]
    await leader.ask('DeleteRecords', { topics: [{ topic, partitions: deleted }], timeout: 5_000 })
    const { partitions } = await lagOf(topic)
    expect(asFigures(partitions)).toEqual(await figuresOf(topic, topic))
    expect(partitions).toMatchObject([{ committed: 6, oldest: 7, end: 9, lagUs: 1_000_000 }, { committed: null }])
    const stranger = commitOffsets(client, topic, [{ topic, partition: 0, offset: 9 }])
    await expect(stranger).rejects.toMatchObject({ code: 'LOG_FENCED' })
    for (const membership of [first, ...(await Promise.all(others))]) await membership.leave()
    const late = first.commit([{ topic, partition: 0, offset: 9 }])
    await expect(late).rejects.toMatchObject({ code: 'LOG_FENCED' })
  })

  it('is right where a topic was compacted', async () => {
    const topic = `${prefix}-compacted`
    await createTopic(client, topic, { config: { 'segment.ms': '100' } })
    for (let n = 1; n <= 9; n++) await writeBatch(client, topic, 0, { records: [record(n * 1_000)] })
    await commitOffsets(client, topic, [{ topic, partition: 0, offset: 4 }])
    expect((await lagOf(topic)).partitions).toMatchObject([{ committed: 4, end: 9, lagUs: 5_000_000 }])
    // Not before: the cleaner comes when it likes.
    await compact(topic)
    await writeBatch(client, topic, 0, { records: [record(10_000)] })
    const left = async (): Promise<readonly number[]> => {
      const offsets: number[] = []
      for await (const records of reader.read(topic, 0, 0)) while (records.next()) offsets.push(records.offset)
      return offsets
    }
    await vi.waitFor(async () => expect((await left()).length).toBeLessThan(4), { timeout: 90_000, interval: 500 })
    const { partitions } = await lagOf(topic)
    expect(asFigures(partitions)).toEqual(await figuresOf(topic, topic))
    expect(partitions).toMatchObject([{ committed: 4, end: 10 }])
  })

  it('of a group that has committed nothing is all that there is', async () => {
    const topic = `${prefix}-none`
    await createTopic(client, topic)
    expect(await lagOf(topic)).toEqual({ group: topic, partitions: [] })
    const unread = { topic, partition: 0, committed: null, end: 0, oldest: 0, lagUs: 0 }
    expect(await lagOf(topic, [topic])).toEqual({ group: topic, partitions: [unread] })
  })
})
