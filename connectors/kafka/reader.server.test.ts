import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { type Client, openClient } from './client.ts'
import { codecs } from './compression.ts'
import { openReader, type PartitionReader } from './reader.ts'
import type { NewRecord } from './record-batch.ts'
import type { Records } from './records.ts'
import { createTopic, openTransactions, writeBatch } from './testing/raw.ts'

const text = (value: string, timestamp = 0): NewRecord => ({ key: null, value: Buffer.from(value), timestamp })

interface Range {
  readonly partition?: number
  readonly from?: number
  readonly until?: number
}

const valuesOf = async (reader: PartitionReader, topic: string, { partition = 0, from = 0, until }: Range = {}) => {
  const values: string[] = []
  for await (const records of reader.read(topic, partition, from, until))
    while (records.next()) values.push(`${records.offset}:${records.value()}`)
  return values
}

describe('a reader of partitions', () => {
  const prefix = `reader-${Date.now()}`
  let client: Client
  let reader: PartitionReader
  const retries: string[] = []
  beforeAll(async () => {
    client = await openClient({ brokers: [inject('kafka')], clientId: prefix })
    reader = await openReader({ client, onRetry: reason => retries.push(reason) })
  })
  afterAll(async () => {
    await reader.close()
    await client.close()
  })

  let topics = 0
  const newTopic = async (partitions = 1): Promise<string> => {
    const topic = `${prefix}-${topics++}`
    await createTopic(client, topic, { partitions })
    return topic
  }
  const write = (topic: string, ...values: string[]): Promise<number> =>
    writeBatch(client, topic, 0, { records: values.map(value => text(value)) })

  it('reads from one offset to another, to the end at the most', async () => {
    const topic = await newTopic()
    for (const n of [0, 2, 4]) await write(topic, `v${n}`, `v${n + 1}`)
    expect(await valuesOf(reader, topic)).toEqual(['0:v0', '1:v1', '2:v2', '3:v3', '4:v4', '5:v5'])
    expect(await valuesOf(reader, topic, { from: 1, until: 4 })).toEqual(['1:v1', '2:v2', '3:v3'])
    expect(await valuesOf(reader, topic, { from: 5, until: 99 })).toEqual(['5:v5'])
    expect(await valuesOf(reader, topic, { from: 6 })).toEqual([])
    expect(await valuesOf(reader, topic, { from: 9 })).toEqual([])
    expect(await reader.bounds(topic, 0)).toEqual({ start: 0, end: 6 })
  })

  it('reads on over what compaction has left of a producer: a batch without records', async () => {
    const topic = `${prefix}-${topics++}`
    const soon = { 'segment.ms': '100', 'min.cleanable.dirty.ratio': '0', 'max.compaction.lag.ms': '100' }
    await createTopic(client, topic, { config: { 'cleanup.policy': 'compact', ...soon } })
    for (const [n, id] of [9001n, 9002n, 9003n].entries()) {
      const records = [{ key: Buffer.from('k'), value: Buffer.from(`v${n}`), timestamp: Date.now() }]
      await writeBatch(client, topic, 0, { records, producer: { id, epoch: 0, sequence: 0 } })
      await delay(200)
    }
    const read = async () => expect(await valuesOf(reader, topic)).toEqual(['1:v1', '2:v2'])
    await vi.waitFor(read, { timeout: 90_000, interval: 500 })
  })

  it('finds nothing where there is no partition', async () => {
    const topic = await newTopic()
    expect(await valuesOf(reader, `${prefix}-none`)).toEqual([])
    expect(await valuesOf(reader, topic, { partition: 1 })).toEqual([])
    expect(await reader.bounds(`${prefix}-none`, 0)).toEqual({ start: 0, end: 0 })
    expect(await reader.offsetFor(`${prefix}-none`, 0, 0)).toBeNull()
  })

  it.each(codecs)('reads what the broker took as %s', async compression => {
    const topic = await newTopic()
    const records = Array.from({ length: 500 }, (_, n) => text(`{"bid":1.0${721 + (n % 9)}}`))
    await writeBatch(client, topic, 0, { records, compression })
    expect(await valuesOf(reader, topic)).toEqual(records.map(({ value }, offset) => `${offset}:${value}`))
  })

  it('gives the first offset of a time', async () => {
    const topic = await newTopic()
    await writeBatch(client, topic, 0, { records: [text('a', 1_000), text('b', 2_000), text('c', 3_000)] })
    expect(await reader.offsetFor(topic, 0, 1_000)).toBe(0)
    expect(await reader.offsetFor(topic, 0, 1_001)).toBe(1)
    expect(await reader.offsetFor(topic, 0, 3_001)).toBeNull()
  })

  it('tells of what arrives, and has it at hand', async () => {
    const topic = `${prefix}-late`
    const arrived = reader.arrival(topic, 0, 0)
    await delay(100)
    await createTopic(client, topic)
    await write(topic, 'a')
    expect(await arrived).toBe(1)
    const stop = new AbortController()
    const second = reader.arrival(topic, 0, 1)
    const never = reader.arrival(topic, 0, 7, stop.signal)
    expect(await valuesOf(reader, topic)).toEqual(['0:a'])
    await write(topic, 'b')
    await second
    expect(await valuesOf(reader, topic, { from: 1 })).toEqual(['1:b'])
    stop.abort()
    expect(await never).toBe(2)
    // Whose topic this is, a broker may say a moment before it is ready to lead.
    expect(retries.filter(reason => !reason.includes('not the leader'))).toEqual([])
  })

  it('follows many partitions, and reads others meanwhile: none waits for another', async () => {
    const topic = await newTopic(8)
    const other = await newTopic()
    await write(other, 'x')
    const records = [text('tick')]
    const arrivals = Array.from({ length: 8 }, (_, partition) => reader.arrival(topic, partition, 0))
    await delay(50)
    const tookMs: number[] = []
    for (let partition = 0; partition < 7; partition++) {
      const begun = performance.now()
      await writeBatch(client, topic, partition, { records })
      await arrivals[partition]
      expect(await valuesOf(reader, topic, { partition })).toEqual(['0:tick'])
      expect(await valuesOf(reader, other)).toEqual(['0:x'])
      tookMs.push(performance.now() - begun)
    }
    // Each would wait for the poll to come back, after 500 ms.
    expect(tookMs.toSorted((a, b) => a - b)[3]).toBeLessThan(400)
    await writeBatch(client, topic, 7, { records })
    await arrivals[7]
  })

  it('serves followers of one partition at different places', async () => {
    const topic = await newTopic()
    const follow = async (from: number): Promise<readonly string[]> => {
      const values: string[] = []
      for (let at = from; at < 200; ) {
        await reader.arrival(topic, 0, at)
        const some = await valuesOf(reader, topic, { from: at })
        values.push(...some)
        at += some.length
      }
      return values
    }
    const followers = [follow(0), follow(0), follow(100)]
    for (let n = 0; n < 200; n++) await write(topic, `v${n}`)
    const all = Array.from({ length: 200 }, (_, n) => `${n}:v${n}`)
    expect(await Promise.all(followers)).toEqual([all, all, all.slice(100)])
  })

  it('waits at an open transaction without asking again and again', async () => {
    const topic = await newTopic()
    const transactions = await openTransactions(client, topic, 0, topic)
    await transactions.send([text('a')])
    const { requests, counting } = counted(client)
    const reader = await openReader({ client: counting })
    const arrived = reader.arrival(topic, 0, 0)
    await delay(1_200)
    expect(requests.length).toBeLessThan(6)
    await transactions.end('commit')
    expect(await arrived).toBe(2)
    expect(await valuesOf(reader, topic)).toEqual(['0:a'])
    await reader.close()
  })

  it('fetches ahead of who reads, and no further than it may', async () => {
    const topic = await newTopic()
    const value = 'x'.repeat(1_000)
    for (let n = 0; n < 100; n++) await write(topic, value)
    const { requests, counting } = counted(client)
    const reader = await openReader({ client: counting, fetchBytes: 5_000, aheadBytes: 20_000 })
    const portions = reader.read(topic, 0, 0)[Symbol.asyncIterator]()
    const first = (await portions.next()).value!
    await delay(200)
    expect(requests.length).toBeLessThan(7)
    let count = 0
    while (first.next()) count++
    for await (const records of { [Symbol.asyncIterator]: () => portions }) while (records.next()) count++
    expect(count).toBe(100)
    await reader.close()
  })

  it('gives the memory of a portion back to who passes on, and keeps it for who does not', async () => {
    const topic = await newTopic()
    const lengths = [70_000, 80_000, 90_000]
    for (const length of lengths) await write(topic, 'x'.repeat(length))
    const reader = await openReader({ client, fetchBytes: 1 })
    const valuesLeft = async (portions: AsyncIterable<Records>): Promise<readonly number[]> => {
      const values: Buffer[] = []
      for await (const records of portions) while (records.next()) values.push(records.value()!)
      return values.map(({ length }) => length)
    }
    expect(await valuesLeft(reader.read(topic, 0, 0))).toEqual(lengths)
    expect(await valuesLeft(reader.pass(topic, 0, 0))).toEqual([0, 0, 0])
    await reader.close()
  })

  it('tells who reads nothing of what arrives, also behind as much as may be fetched ahead', async () => {
    const topic = await newTopic()
    const reader = await openReader({ client, aheadBytes: 20_000 })
    for (let end = 0; end < 3; end = await reader.arrival(topic, 0, end)) {
      await write(topic, 'x'.repeat(30_000))
      // It is fetched, and kept.
      await delay(100)
    }
    await reader.close()
  })

  it('stops where records are gone that were to be read, and says what there is', async () => {
    const topic = await newTopic()
    for (let n = 0; n < 6; n++) await write(topic, `v${n}`)
    const leader = (await client.leader(topic, 0))!
    const partitions = [{ partition: 0, offset: '4' }]
    await leader.ask('DeleteRecords', { topics: [{ topic, partitions }], timeout: 5_000 })
    expect(await reader.bounds(topic, 0)).toEqual({ start: 4, end: 6 })
    await expect(valuesOf(reader, topic, { from: 2 })).rejects.toMatchObject({
      code: 'LOG_GONE',
      message: `${topic}/0: read up to offset 2, but it holds offsets [4, 6)`,
    })
    expect(await valuesOf(reader, topic, { from: 4 })).toEqual(['4:v4', '5:v5'])
  })

  it('does not wait for ever for a topic that was deleted', async () => {
    const topic = await newTopic()
    await write(topic, 'a')
    await reader.arrival(topic, 0, 0)
    const arrived = reader.arrival(topic, 0, 1)
    await (await client.controller()).ask('DeleteTopics', { topics: [topic], timeout: 5_000 })
    await expect(arrived).rejects.toMatchObject({
      code: 'LOG_GONE',
      message: `${topic}/0: read up to offset 1, but there is no such topic any more`,
    })
    expect(retries.at(-1)).toContain(`${topic}/0: `)
  })

  it('lets go of who waits when it is closed', async () => {
    const topic = await newTopic()
    const reader = await openReader({ client })
    const arrived = reader.arrival(topic, 0, 0)
    await delay(20)
    await reader.close()
    await expect(arrived).rejects.toMatchObject({ code: 'LOG_CLOSED' })
    expect(() => reader.read(topic, 0, 0)).toThrow('the reader was closed')
  })
})

/** The client, and the fetches that go through it. */
const counted = (client: Client): { readonly requests: string[]; readonly counting: Client } => {
  const requests: string[] = []
  const through = (client: Client): Client => ({
    ...client,
    another: async () => through(await client.another()),
    async broker(nodeId) {
      const broker = await client.broker(nodeId)
      return {
        ...broker,
        send(request) {
          requests.push(request.name)
          return broker.send(request)
        },
      }
    },
  })
  return { requests, counting: through(client) }
}
