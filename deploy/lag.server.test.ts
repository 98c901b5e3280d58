import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest'
import { openClient } from '../connectors/kafka/client.ts'
import { openReader } from '../connectors/kafka/reader.ts'
import { blockOf } from '../engine/log/build.ts'
import { instrumentFor } from '../engine/market/definitions.ts'
import { instruments, quotes } from '../engine/market/topics.ts'
import { readConfig } from './config.ts'
import { openLog } from './logs.ts'
import { freePorts } from './services/ports.ts'
import { type Done, documentOf, folders, millrace } from './testing/millrace.ts'

/*
 * The lag that `run --health` serves is held against what kafkajs hears from the broker.
 */

const { make, remove } = folders()
const kafka = new Kafka({ brokers: [inject('kafka')], logLevel: logLevel.NOTHING })
const admin = kafka.admin()
beforeAll(() => admin.connect())
afterAll(async () => {
  await admin.disconnect()
  remove()
})

/** A coordinator that has not heard of a member for 10 s gives its partitions away. */
const TAKEN_OVER = { timeout: 90_000, interval: 200 }
const SOON = { timeout: 60_000, interval: 100 }
/** Time for a second try, where that came too early. */
const HANGING = { timeout: 300_000 }

interface Lag {
  readonly partition: number
  readonly committed: number | null
  readonly end: number
  readonly oldest: number
  readonly lag: number
}

/** What the broker has of a group, by another client. */
const brokers = async (groupId: string, topic: string): Promise<readonly Lag[]> => {
  const ends = await admin.fetchTopicOffsets(topic)
  const [told] = await admin.fetchOffsets({ groupId, topics: [topic] })
  const lags = ends.map(({ partition, low, high }) => {
    const found = Number(told!.partitions.find(one => one.partition === partition)?.offset ?? -1)
    const [committed, oldest, end] = [found === -1 ? null : found, Number(low), Number(high)]
    return { partition, committed, end, oldest, lag: end - (committed ?? oldest) }
  })
  return lags.sort((a, b) => a.partition - b.partition)
}

/** What a scrape has of it. */
type Scraped = Lag & { readonly seconds: number }

const scrape = async (url: string, group: string, topic: string): Promise<readonly Scraped[]> => {
  const text = await (await fetch(`${url}/metrics`)).text()
  const values = (name: string): ReadonlyMap<number, number> => {
    const lines = text.split('\n').filter(line => line.startsWith(`${name}{`) && line.includes(`topic="${topic}"`))
    const own = lines.filter(line => !line.includes('consumergroup=') || line.includes(`consumergroup="${group}"`))
    return new Map(own.map(line => [Number(/partition="(\d+)"/.exec(line)![1]), Number(line.split('} ')[1])]))
  }
  const [committed, end] = [
    values('kafka_consumergroup_current_offset'),
    values('kafka_topic_partition_current_offset'),
  ]
  const [oldest, seconds] = [values('kafka_topic_partition_oldest_offset'), values('kafka_consumergroup_lag_seconds')]
  return [...values('kafka_consumergroup_lag')].map(([partition, lag]) => ({
    ...{ partition, lag, committed: committed.get(partition) ?? null },
    ...{ end: end.get(partition)!, oldest: oldest.get(partition)!, seconds: seconds.get(partition)! },
  }))
}

const place = () => {
  const [home, prefix] = [make(), randomUUID()]
  const address = `kafka://${inject('kafka')}/${prefix}`
  const [group, topic] = [`${prefix}.lag`, `${prefix}.ticks`]
  /** A process of its own that works on the topic, and where it serves its metrics. */
  const member = async (...flags: string[]): Promise<Member> => {
    const [port] = await freePorts(1)
    const args = ['run', 'ema-cross', '--log', address, '--topic', 'ticks', '--name', 'lag', '--health', String(port)]
    let child!: ChildProcess
    const done = millrace([...args, ...flags], { home, started: found => (child = found) })
    onTestFinished(() => void child.kill('SIGKILL'))
    return { url: `http://127.0.0.1:${port}`, child, done }
  }
  /** A scrape between two looks at the broker; where nothing moves it says what they say. */
  const agreed = async (one: Member, tries = 10): Promise<readonly Scraped[]> => {
    const before = await brokers(group, topic)
    const seen = await scrape(one.url, group, topic)
    const after = await brokers(group, topic)
    // What does not answer within two seconds is left out of a scrape.
    if (seen.length === 0 && tries > 1) return agreed(one, tries - 1)
    expect(seen.map(({ partition }) => partition)).toEqual(before.map(({ partition }) => partition))
    seen.forEach(({ seconds, ...lag }, i) => {
      const [first, last] = [before[i]!, after[i]!]
      if (first.end === last.end && first.committed === last.committed) expect(lag).toEqual(first)
      expect(lag.lag).toBeGreaterThanOrEqual(first.end - (last.committed ?? last.oldest))
      expect(lag.lag).toBeLessThanOrEqual(last.end - (first.committed ?? first.oldest))
      if (lag.lag === 0) expect(seconds).toBe(0)
    })
    return seen
  }
  /**
   * Stops a member while all is committed, feeds, and holds a scrape against what that comes to, once the partition
   * that does not hang is done. The offset at the broker says when the coordinator has given the other one away before
   * that: then the member goes on, and is stopped again.
   */
  const hang = async (watcher: Member, other: Member, blocks: number, feed: Feed): Promise<void> => {
    const [partition] = await vi.waitFor(async () => {
      const [one, another] = (await Promise.all([watcher, other].map(held))) as [number[], [number]]
      expect([one, another].toSorted()).toEqual([[0], [1]])
      noLag(await agreed(watcher))
      return another
    }, SOON)
    other.child.kill('SIGSTOP')
    const end = await feed(blocks)
    const committed = end - blocks
    const hangs = async (): Promise<boolean> => (await brokers(group, topic))[partition]!.committed === committed
    for (; await hangs(); await sleep(100)) {
      const lags = await agreed(watcher)
      if (lags[1 - partition]!.lag > 0 || !(await hangs())) continue
      const seconds = blocks * BLOCK_S
      return expect(lags[partition]).toEqual({ partition, committed, end, oldest: 0, lag: blocks, seconds })
    }
    other.child.kill('SIGCONT')
    return hang(watcher, other, blocks, feed)
  }
  return { home, address, prefix, group, topic, member, agreed, hang }
}

/** Writes to both partitions, and says where they end. */
type Feed = (blocks: number) => Promise<number>

interface Member {
  readonly url: string
  readonly child: ChildProcess
  readonly done: Promise<Done>
}

/** Partitions that a member works on, as it says itself. */
const held = async ({ url }: Member): Promise<readonly number[]> => {
  const text = await (await fetch(`${url}/metrics`)).text()
  const found = text.matchAll(/^millrace_run_info\{run="lag",partition="(\d+)"/gm)
  return [...found].map(([, partition]) => Number(partition)).sort()
}

const START = 1_400_000_000_000_000
const NAMES = ['EURUSD', 'GBPUSD']
/** Of event time between two blocks, and of two rows in one, seconds. */
const [BLOCK_S, ROW_S] = [10, 3]

/** A topic of two partitions, an instrument in each; block n of each has its last row at `START + 10 n + 3` s. */
const feedOf = async (address: string): Promise<Feed> => {
  const log = await openLog(readConfig(), address)
  onTestFinished(() => log.close())
  const quote = (key: string, at: number) => ({ key, at, bid: 1.1, ask: 1.2, bidSize: 1, askSize: 1 })
  for (const [partition, key] of NAMES.entries()) {
    const definition = { ...instrumentFor(key), key, at: START }
    await log.append('ticks', partition, [blockOf(instruments.schema, [definition as never])])
  }
  let next = 1
  return async blocks => {
    for (const to = next + blocks; next < to; next++)
      for (const [partition, key] of NAMES.entries()) {
        const at = START + next * BLOCK_S * 1e6
        await log.append('ticks', partition, [blockOf(quotes.schema, [quote(key, at), quote(key, at + ROW_S * 1e6)])])
      }
    return next
  }
}

const noLag = (lags: readonly Lag[]): void => expect(lags.map(({ lag }) => lag)).toEqual([0, 0])

test('of a member that hangs, until another takes over', HANGING, async () => {
  const { address, member, agreed, hang } = place()
  const feed = await feedOf(address)
  await feed(5)
  const watcher = await member()
  await vi.waitFor(async () => noLag(await agreed(watcher)), SOON)
  const other = await member()
  await hang(watcher, other, 7, feed)
  other.child.kill('SIGKILL')
  await vi.waitFor(async () => noLag(await agreed(watcher)), TAKEN_OVER)
  await expect.poll(() => held(watcher)).toEqual([0, 1])
})

test('while a member comes and goes and ticks come', async () => {
  const { address, member, agreed } = place()
  const feed = await feedOf(address)
  await feed(50)
  const watcher = await member()
  await vi.waitFor(() => agreed(watcher), SOON)
  const over = new AbortController()
  const feeding = (async () => {
    while (!over.signal.aborted) {
      await feed(3)
      await sleep(20)
    }
  })()
  let scrapes = 0
  const look = async (least: number, until: () => Promise<boolean>): Promise<void> => {
    for (; !(await until()) || scrapes < least; scrapes++) {
      await agreed(watcher)
      await sleep(50)
    }
  }
  const other = await member()
  await look(3, async () => (await held(other).catch(() => [])).length === 1)
  other.child.kill('SIGTERM')
  await look(6, async () => (await held(watcher)).length === 2)
  over.abort()
  await feeding
  expect((await other.done).code).toBe(0)
  await vi.waitFor(async () => noLag(await agreed(watcher)), SOON)
})

/** Ticks of somebody else, in JSON, keyed by their instrument; the time of the record is that of the event. */
const tick = (n: number, key: string) => ({
  key,
  timestamp: String(START / 1000 + n * BLOCK_S * 1000),
  value: JSON.stringify({ ts: START + n * BLOCK_S * 1e6, s: key, b: 1.1, a: 1.2 }),
})

const DECODE = ['--decode', 'json:at=ts,key=s,bid=b,ask=a,unit=us', '--instrument', NAMES.join()]

const producerOf = async (options: object = {}): Promise<Producer> => {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, ...options })
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  return producer
}

const topicOf = async (topic: string, config: Readonly<Record<string, string>> = {}): Promise<void> => {
  const configEntries = Object.entries({ 'retention.ms': '-1', ...config }).map(([name, value]) => ({ name, value }))
  await admin.createTopics({ topics: [{ topic, numPartitions: 2, configEntries }], waitForLeaders: true })
}

/** Records that are there yet. */
const countOf = async (topic: string): Promise<number> => {
  const client = await openClient({ brokers: [inject('kafka')], clientId: topic })
  const reader = await openReader({ client })
  let found = 0
  for (const partition of [0, 1])
    for await (const records of reader.read(topic, partition, 0)) while (records.next()) found += 1
  await reader.close()
  await client.close()
  return found
}

test('on a compacted topic, whose offsets have holes', HANGING, async () => {
  const { topic, member, agreed, hang } = place()
  const soon = { 'segment.ms': '100', 'min.cleanable.dirty.ratio': '0', 'max.compaction.lag.ms': '100' }
  await topicOf(topic, { 'cleanup.policy': 'compact', ...soon })
  const producer = await producerOf()
  let end = 0
  /** Under one key, of which the newest is kept; the last under a key of its own, so that it is, too. */
  const send: Feed = async count => {
    const first = end + 1
    end += count
    for (const [partition, name] of NAMES.entries())
      for (let n = first; n <= end; n++) {
        const key = n === end ? `${name} ${n}` : name
        await producer.send({ topic, messages: [{ ...tick(n, name), key, partition }] })
      }
    return end
  }
  await send(20)
  await sleep(200)
  await send(1)
  await vi.waitFor(async () => expect(await countOf(topic)).toBeLessThan(12), { timeout: 90_000, interval: 1000 })

  const watcher = await member(...DECODE)
  await vi.waitFor(async () => noLag(await agreed(watcher)), SOON)
  const other = await member(...DECODE)
  await hang(watcher, other, 4, send)
  other.child.kill('SIGKILL')
  await vi.waitFor(async () => noLag(await agreed(watcher)), TAKEN_OVER)
})

test('comes to nothing behind the marks of transactions, of those that were aborted, too', async () => {
  const { topic, member, agreed } = place()
  await topicOf(topic)
  const producer = await producerOf({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 })
  const send = async (first: number, end: 'commit' | 'abort'): Promise<void> => {
    const transaction = await producer.transaction()
    for (const [partition, name] of NAMES.entries()) {
      const messages = [0, 1, 2].map(n => ({ ...tick(first + n, name), partition }))
      await transaction.send({ topic, messages })
    }
    await transaction[end]()
  }
  await send(1, 'commit')
  const watcher = await member(...DECODE)
  await vi.waitFor(async () => noLag(await agreed(watcher)), SOON)
  await send(4, 'commit')
  await vi.waitFor(async () => expect((await agreed(watcher)).map(({ committed }) => committed)).toEqual([8, 8]), SOON)
  await send(7, 'abort')
  await vi.waitFor(
    async () => expect((await agreed(watcher)).map(({ committed }) => committed)).toEqual([12, 12]),
    SOON,
  )
  watcher.child.kill('SIGTERM')
  expect((await watcher.done).code).toBe(0)
  await send(7, 'abort')
  const last = await (await member('--to-end', '--json', ...DECODE)).done
  expect(last.code, last.stderr).toBe(0)
  expect(documentOf(last)).toMatchObject({ status: 'finished', rowsHere: 0 })
})

test('is listed with the topics, as a Kafka engineer expects it', async () => {
  const { address, home, group, topic, member } = place()
  const feed = await feedOf(address)
  await feed(5)
  expect((await (await member('--to-end')).done).code).toBe(0)
  await feed(2)
  const listed = (...flags: string[]): Promise<Done> => millrace(['topics', '--log', address, ...flags], { home })
  const { topics, lags } = documentOf(await listed('--json')) as { topics: object[]; lags: object[] }
  expect(topics.slice(-2)).toMatchObject([0, 1].map(partition => ({ topic: 'ticks', partition, rows: 15, end: 8 })))
  const behind = { committed: 6, end: 8, oldest: 0, lag: 2, lagUs: 2 * BLOCK_S * 1e6, status: 'behind' }
  expect(lags).toEqual([0, 1].map(partition => ({ group, topic, partition, ...behind })))
  const told = (await listed('--group', 'lag')).stdout.split('\n').slice(-5)
  expect(told[0]).toMatch(/^GROUP +TOPIC +PARTITION +CURRENT-OFFSET +LOG-END-OFFSET +LAG +BEHIND +STATUS$/)
  expect(told[2]).toBe(`${group}  ${topic}          0               6               8    2  20 s    behind`)
  expect((await listed('--group', 'nobody')).stdout).toMatch(/no consumer group 'nobody' has read any of them yet\n$/)

  await topicOf(`${topic}-cut`)
  const producer = await producerOf()
  const places = [0, 0, 0, 1].map((partition, n) => ({ ...tick(n, 'EURUSD'), partition }))
  await producer.send({ topic: `${topic}-cut`, messages: places })
  await admin.setOffsets({
    groupId: `${group}.cut`,
    topic: `${topic}-cut`,
    partitions: [{ partition: 0, offset: '1' }],
  })
  const cut = async () => (documentOf(await listed('--group', 'lag.cut', '--json')) as { lags: object[] }).lags
  const unread = { partition: 1, committed: null, end: 1, lag: 1, status: 'new' }
  expect(await cut()).toMatchObject([{ committed: 1, end: 3, lag: 2, status: 'behind' }, unread])
  await admin.deleteTopicRecords({ topic: `${topic}-cut`, partitions: [{ partition: 0, offset: '2' }] })
  expect(await cut()).toMatchObject([{ committed: 1, oldest: 2, end: 3, lag: 2, status: 'lost' }, unread])
})
