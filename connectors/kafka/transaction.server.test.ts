import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { Log, Restored } from '../../engine/log/port.ts'
import { quoteBlock, rowsOf, rowsRead, step } from '../../engine/testing/log/rows.ts'
import { type Broker, type Client, openClient } from './client.ts'
import { type KafkaConfig, nameInCluster, parseKafka } from './config.ts'
import type { Place } from './feed.ts'
import { openKafkaLog } from './kafka-log.ts'
import { type Isolation, LATEST, offsetAt } from './offsets.ts'
import { openParts } from './parts.ts'
import { takeOver } from './producer.ts'
import { openReader, type PartitionReader } from './reader.ts'
import type { NewRecord } from './record-batch.ts'
import { createTopic, writeBatch } from './testing/raw.ts'
import { unverified } from './testing/unverified.ts'
import { openTransactor, type Work } from './transaction.ts'

let client: Client
let opened: { close(): Promise<void> }[]
beforeEach(async () => {
  client = await openClient({ brokers: [inject('kafka')], clientId: 'transaction' })
  opened = []
})
afterEach(async () => {
  for (const one of opened) await one.close()
  await client.close()
})

type Ask = (broker: Broker, name: string, args: object) => Promise<unknown>

/** The client, but for what its coordinators are asked. */
const asking = (ask: Ask): Client => ({
  ...client,
  async coordinator(type, key) {
    const broker = await client.coordinator(type, key)
    return { ...broker, ask: (name, args) => ask(broker, name, args) as Promise<never> }
  },
})

const lost = (): Error =>
  Object.assign(new Error('Closed connection'), { name: 'KafkaJSConnectionClosedError', retriable: true })

/** The coordinator never hears of the first transaction; its end is acknowledged, and the next one lost, or lost. */
const forgetful = (end: 'acknowledged' | 'lost'): Client => {
  let fates: readonly ('unheard' | 'lost')[] = end === 'lost' ? ['lost'] : ['unheard', 'lost']
  return asking(async (broker, name, args) => {
    if (fates.length === 0 || !['AddPartitionsToTxn', 'EndTxn'].includes(name)) return broker.ask(name, args)
    const isFirst = end === 'lost' || fates.length === 2
    if (isFirst && name === 'AddPartitionsToTxn') return {}
    const [fate] = fates
    fates = fates.slice(1)
    if (fate === 'lost') throw lost()
    return {}
  })
}

const recordOf = (value: string): NewRecord => ({ key: null, value: Buffer.from(value), timestamp: 0 })

const read = async (reader: PartitionReader, topic: string): Promise<readonly string[]> => {
  const values: string[] = []
  for await (const records of reader.read(topic, 0, 0)) while (records.next()) values.push(String(records.value()))
  return values
}

interface Named {
  readonly topics: readonly { readonly topic: string }[]
}

/**
 * The coordinator hears of these topics alone, and so marks no other; of a transaction without any it hears no end.
 * And of no end that is lost.
 */
const heardOf = (isHeard: (topic: string) => boolean, isLost = () => false): Client => {
  let heard = 0
  return asking(async (broker, name, args) => {
    if (name === 'AddPartitionsToTxn') {
      const topics = (args as Named).topics.filter(({ topic }) => isHeard(topic))
      heard += topics.length
      return topics.length === 0 ? {} : broker.ask(name, { ...args, topics })
    }
    if (name === 'EndTxn' && heard === 0) return {}
    if (name === 'EndTxn' && isLost()) throw lost()
    if (name === 'EndTxn') heard = 0
    return broker.ask(name, args)
  })
}

const TASK = 'desk/0'

/** Order number n, and the mailbox stepped up to n + 1. */
const order = (epoch: number, n: number) =>
  step(TASK, epoch, n + 1, { outputs: [{ topic: 'orders', partition: 0, block: quoteBlock(n, n + 1) }] })

/** One who has the task and has written order 0; all is marked. */
const begun = async (via: Client, config: KafkaConfig) => {
  const { reader, tasks } = await openParts(via, config)
  opened.push(reader)
  const { epoch } = await tasks.fence(TASK)
  await tasks.commit(order(epoch, 0))
  // Marks come after the answer, and what is written past the coordinator does not wait for them.
  for (const name of ['orders', 'desk.commits']) await marked({ topic: nameInCluster(config, name), partition: 0 })
  return { tasks, epoch }
}

const marked = async (place: Place): Promise<void> => {
  const endOf = (isolation: Isolation): Promise<number | null> => offsetAt(client, place, LATEST, isolation)
  await expect.poll(async () => (await endOf('uncommitted')) === (await endOf('committed'))).toBe(true)
}

/** A place of its own, and a log there. */
const place = async (onRetry: (reason: string) => void = () => undefined) => {
  const config = parseKafka(`kafka://${inject('kafka')}/left-${randomUUID()}`)
  const log = await openKafkaLog({ ...config, onRetry })
  opened.push(log)
  return { config, log }
}

/** Whoever has taken the task over writes what is missing up to order 2. */
const finish = async (heir: Log, { epoch, position }: Restored): Promise<void> => {
  for (let n = position.offset; n < 3; n++) await heir.commit(order(epoch, n))
}

const orders = async (log: Log): Promise<unknown> => (await rowsRead(log, 'orders', 0)).flatMap(({ rows }) => rows)

// Kafka 4.3.1 does so when it is killed between the decision to commit and its marks.
describe('what a broker calls ended without a mark', () => {
  test.each(['lost', 'acknowledged'] as const)('C2: it is there once, its end %s', async end => {
    const topic = `unmarked-${randomUUID()}`
    const reader = await openReader({ client })
    opened.push(reader)
    await createTopic(client, topic)
    const order = (value: string, before: string | null): Work => ({
      ahead: null,
      rest: () => [{ topic, partition: 0, records: [recordOf(value)] }],
      offset: null,
      async outcome() {
        const values = await read(reader, topic)
        if (values.includes(value)) return 'written'
        return before === null || values.includes(before) ? 'not written' : 'behind'
      },
    })
    const reasons: string[] = []
    await unverified(client, async () => {
      const onRetry = (reason: string): void => void reasons.push(reason)
      const transactor = await openTransactor({ client: forgetful(end), id: topic, onRetry })
      await transactor.write(order('first', null))
      await transactor.write(order('second', 'first'))
    })
    expect(reasons).toEqual([`transaction ${topic}: Closed connection`])
    await expect.poll(() => read(reader, topic)).toEqual(['first', 'second'])
  })

  test('C2: the next one, over a new connection, makes all of it seen', async () => {
    const { config, log } = await place()
    let [isHeard, changes] = [true, 1]
    await unverified(client, async () => {
      const { tasks, epoch } = await begun({ ...heardOf(() => isHeard), changes: () => changes }, config)
      isHeard = false
      await tasks.commit(order(epoch, 1))
      isHeard = true
      changes = 2
      await tasks.commit(step(TASK, epoch, 3))
    })
    await expect.poll(() => orders(log)).toEqual(rowsOf(0, 2))
  })

  test('C2: where the next one has failed, and undone a part of it, all of it is undone', async () => {
    const { config, log } = await place()
    let [isHeard, losses] = [true, 0]
    const isLost = (): boolean => losses-- > 0
    await unverified(client, async () => {
      const { tasks, epoch } = await begun(
        heardOf(() => isHeard, isLost),
        config,
      )
      isHeard = false
      await tasks.commit(order(epoch, 1))
      isHeard = true
      losses = 1
      const next = tasks.commit(step(TASK, epoch, 3))
      await expect(next).rejects.toMatchObject({ code: 'KAFKA_AWAY', message: expect.stringContaining('done again') })
    })
    const restored = await log.fence(TASK)
    expect(restored.position.offset).toBe(1)
    await finish(log, restored)
    expect(await orders(log)).toEqual(rowsOf(0, 3))
  })
})

describe('and its writer is lost with it', () => {
  test.each([
    { marked: 'nothing', topics: [], position: 1, ended: /desk.commits\/0, \S+orders\/0 is ended: abort$/ },
    { marked: 'the commit alone', topics: ['desk.commits'], position: 2, ended: /orders\/0 is ended: commit$/ },
    { marked: 'the outputs alone', topics: ['orders'], position: 2, ended: /desk.commits\/0 is ended: commit$/ },
    { marked: 'all', topics: ['desk.commits', 'orders'], position: 2, ended: /^nothing$/ },
  ])('C2: of the last transaction, marked was $marked: it counts as a whole, or not', async row => {
    const reasons: string[] = []
    const { config, log } = await place(reason => void reasons.push(reason))
    const named = row.topics.map(topic => nameInCluster(config, topic))
    let isHeard = (_topic: string): boolean => true
    await unverified(client, async () => {
      const { tasks, epoch } = await begun(
        heardOf(topic => isHeard(topic)),
        config,
      )
      isHeard = topic => named.includes(topic)
      await tasks.commit(order(epoch, 1))
    })
    const restored = await log.fence(TASK)
    expect(restored.position.offset).toBe(row.position)
    expect(reasons.find(reason => reason.includes('left open')) ?? 'nothing').toMatch(row.ended)
    expect(await orders(log)).toEqual(rowsOf(0, row.position))
    await finish(log, restored)
    expect(await orders(log)).toEqual(rowsOf(0, 3))
  })

  test('C2: outputs without their commit are undone', async () => {
    const { config, log } = await place()
    await begun(client, config)
    const transactionalId = nameInCluster(config, 'desk.0')
    await unverified(client, async () => {
      const producer = await takeOver(client, { id: transactionalId, last: null, patienceMs: 10_000 })
      const records = [{ key: null, value: Buffer.from('of nobody'), timestamp: Date.now() }]
      const batch = { records, producer, transactional: true, transactionalId }
      await writeBatch(client, nameInCluster(config, 'orders'), 0, batch)
    })
    await finish(log, await log.fence(TASK))
    expect(await orders(log)).toEqual(rowsOf(0, 3))
  })
})
