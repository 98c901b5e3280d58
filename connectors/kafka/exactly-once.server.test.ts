import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { Log, Output } from '../../engine/log/port.ts'
import { quoteBlock, rowsOf, rowsRead, step } from '../../engine/testing/log/rows.ts'
import { openClient } from './client.ts'
import { parseKafka } from './config.ts'
import { openKafkaLog } from './kafka-log.ts'
import { takeOver } from './producer.ts'
import { openReader } from './reader.ts'
import { restMs } from './retry.ts'
import { apis, type Fate, type KafkaProxy, openProxy } from './testing/proxy.ts'
import { createTopic } from './testing/raw.ts'

const TASK = 'desk/0'

let proxy: KafkaProxy
let prefix: string
let opened: Log[]
beforeEach(async () => {
  proxy = await openProxy(inject('kafka'))
  prefix = `once-${randomUUID()}`
  opened = []
})
afterEach(async () => {
  await Promise.all(opened.map(log => log.close()))
  await proxy.close()
})

/** Where it is counted what is tried again: what a broker is slow to answer is not. */
const PATIENT_MS = 60_000

/** A log through the proxy. */
const open = async (address = proxy.address, timeoutMs = 1500): Promise<Log> => {
  const log = await openKafkaLog(parseKafka(`kafka://${address}/${prefix}?timeout-ms=${timeoutMs}`))
  opened.push(log)
  return log
}

/** Order number n. */
const outputs = (n: number): Output[] => [{ topic: 'orders', partition: 0, block: quoteBlock(n, n + 1) }]

/** Commits number n: order n, and the mailbox stepped up to n + 1. */
const commit = (log: Log, epoch: number, n: number): Promise<void> =>
  log.commit(step(TASK, epoch, n + 1, { outputs: outputs(n) }))

const orders = async (log: Log): Promise<unknown> => (await rowsRead(log, 'orders', 0)).flatMap(({ rows }) => rows)

const fenced = expect.objectContaining({ code: 'LOG_FENCED' })

describe('a task has one owner', () => {
  test('who was fenced off commits nothing, and nothing of it is seen', async () => {
    const [zombie, heir] = [await open(), await open()]
    const { epoch } = await zombie.fence(TASK)
    await commit(zombie, epoch, 0)
    const restored = await heir.fence(TASK)
    expect([restored.epoch, restored.position.offset]).toEqual([epoch + 1, 1])
    await expect(commit(zombie, epoch, 1)).rejects.toEqual(fenced)
    await commit(heir, restored.epoch, 1)
    await expect(commit(zombie, epoch, 2)).rejects.toEqual(fenced)
    await commit(heir, restored.epoch, 2)
    expect(await orders(heir)).toEqual(rowsOf(0, 3))
  })

  test('who wakes up in the middle of a commit does not finish it', async () => {
    const [zombie, heir] = [await open(proxy.address, 60_000), await open(inject('kafka'))]
    const { epoch } = await zombie.fence(TASK)
    await commit(zombie, epoch, 0)
    const awake = Promise.withResolvers<void>()
    const asleep = proxy.once('EndTxn', { heldUntil: awake.promise })
    const last = commit(zombie, epoch, 1)
    last.catch(() => undefined)
    await asleep
    const restored = await heir.fence(TASK)
    expect(restored.position.offset).toBe(1)
    await commit(heir, restored.epoch, 1)
    awake.resolve()
    await expect(last).rejects.toEqual(fenced)
    expect(await orders(heir)).toEqual(rowsOf(0, 2))
  })

  test('an end that comes seconds later does not end what the heir has begun', async () => {
    const [zombie, heir] = [await open(), await open(inject('kafka'))]
    const { epoch } = await zombie.fence(TASK)
    await commit(zombie, epoch, 0)
    const late = proxy.once('EndTxn', { lateMs: 3000 })
    const last = commit(zombie, epoch, 1)
    last.catch(() => undefined)
    await late
    const restored = await heir.fence(TASK)
    const first = restored.position.offset
    for (let n = first, begun = Date.now(); Date.now() - begun < 3500; n++) await commit(heir, restored.epoch, n)
    await expect(commit(zombie, epoch, 2)).rejects.toEqual(fenced)
    const { position } = await heir.fence(TASK)
    expect(await orders(heir)).toEqual(rowsOf(0, position.offset))
  })

  test('whoever takes the transactional id, the first one ends', async () => {
    const log = await open()
    const { epoch } = await log.fence(TASK)
    await commit(log, epoch, 0)
    const client = await openClient({ brokers: [inject('kafka')], clientId: 'hijacker' })
    await takeOver(client, { id: `${prefix}.desk.0`, last: null, patienceMs: 60_000 })
    await client.close()
    await expect(commit(log, epoch, 1)).rejects.toEqual(fenced)
    await expect(commit(log, epoch, 1)).rejects.toEqual(fenced)
    expect(await orders(log)).toEqual(rowsOf(0, 1))
  })

  test('who dies in the middle of a commit leaves nothing behind', async () => {
    const [dying, heir] = [await open(), await open(inject('kafka'))]
    const { epoch } = await dying.fence(TASK)
    await commit(dying, epoch, 0)
    const dead = proxy.once('EndTxn', 'lose')
    commit(dying, epoch, 1).catch(() => undefined)
    await dead
    proxy.judge(() => 'lose')
    const restored = await heir.fence(TASK)
    expect(restored.position.offset).toBe(1)
    expect(await orders(heir)).toEqual(rowsOf(0, 1))
    await commit(heir, restored.epoch, 1)
    expect(await orders(heir)).toEqual(rowsOf(0, 2))
    proxy.judge(() => 'pass')
  })
})

describe('when nobody knows what has happened, the log is asked', () => {
  const fates: readonly (readonly [api: Parameters<KafkaProxy['once']>[0], fate: Fate])[] = [
    ['AddPartitionsToTxn', 'cut'],
    ['AddPartitionsToTxn', 'refuse'],
    ['Produce', 'cut'],
    ['Produce', 'mute'],
    ['Produce', 'refuse'],
    ['AddOffsetsToTxn', 'cut'],
    ['TxnOffsetCommit', 'cut'],
    ['TxnOffsetCommit', 'refuse'],
    ['EndTxn', 'cut'],
    ['EndTxn', 'mute'],
    ['EndTxn', 'lose'],
    ['EndTxn', 'refuse'],
    ['EndTxn', { lateMs: 100 }],
    ['EndTxn', { slowMs: 2000 }],
  ]
  test.each(fates)('%s: %j', async (api, fate) => {
    const log = await open()
    await log.append('mailbox', 0, [quoteBlock(0, 1)])
    const mailbox = { topic: 'mailbox', partition: 0 }
    const { epoch } = await log.fence(TASK)
    await commit(log, epoch, 0)
    const met = proxy.once(api, fate)
    await delay(100)
    await log.commit(step(TASK, epoch, 2, { outputs: outputs(1), mailbox, snapshot: Uint8Array.of(7) }))
    await met
    for (let n = 2; n < 5; n++) await commit(log, epoch, n)
    await delay(100)
    expect(await orders(log)).toEqual(rowsOf(0, 5))
    const { position, snapshot } = await log.fence(TASK)
    expect([position.offset, snapshot?.position.offset, [...snapshot!.bytes]]).toEqual([5, 2, [7]])
  })

  test('a transaction that took too long was ended by the broker, and is done again', async () => {
    const [log, watcher] = [await open(proxy.address, 120_000), await open(inject('kafka'))]
    const { epoch } = await log.fence(TASK)
    await commit(log, epoch, 0)
    const awake = Promise.withResolvers<void>()
    const asleep = proxy.once('EndTxn', { heldUntil: awake.promise })
    const second = commit(log, epoch, 1)
    await asleep
    // Nobody reads on until the broker has ended it.
    await watcher.arrival('orders', 0, await watcher.end('orders', 0))
    awake.resolve()
    await second
    await commit(log, epoch, 2)
    expect(await orders(log)).toEqual(rowsOf(0, 3))
  })

  test('a failed end of a transaction does not spoil the next ones', async () => {
    const log = await open()
    const { epoch } = await log.fence(TASK)
    for (let n = 0; n < 6; n++) {
      const met = proxy.once('EndTxn', n % 2 === 0 ? 'cut' : 'refuse')
      await commit(log, epoch, n)
      await met
    }
    expect(await orders(log)).toEqual(rowsOf(0, 6))
  })

  test('an end that comes late does not end the transaction that is open by then', async () => {
    const log = await open()
    const { epoch } = await log.fence(TASK)
    await commit(log, epoch, 0)
    const late = proxy.once('EndTxn', { lateMs: 300 })
    await commit(log, epoch, 1)
    await late
    const slow = proxy.once('EndTxn', { heldMs: 600 })
    await commit(log, epoch, 2)
    await slow
    expect(await orders(log)).toEqual(rowsOf(0, 3))
    expect((await log.fence(TASK)).position.offset).toBe(3)
  })
})

test('what is waited for, and what is tried again, is told', async () => {
  const reasons: string[] = []
  const config = parseKafka(`kafka://${proxy.address}/${prefix}?timeout-ms=${PATIENT_MS}`)
  const log = await openKafkaLog({ ...config, onRetry: reason => reasons.push(reason) })
  opened.push(log)
  const taken = proxy.once('InitProducerId', 'refuse')
  const { epoch } = await log.fence(TASK)
  await taken
  expect(reasons.filter(reason => reason.startsWith(`transactional id ${prefix}.desk.0: `))).toHaveLength(1)
  const ended = proxy.once('EndTxn', 'refuse')
  await commit(log, epoch, 0)
  await ended
  expect(reasons.filter(reason => reason.startsWith(`transaction ${prefix}.desk.0: `))).toHaveLength(1)
})

test('transactions follow each other without a rest: one producer, whose coordinator is known', async () => {
  const log = await open(proxy.address, PATIENT_MS)
  const { epoch } = await log.fence(TASK)
  await commit(log, epoch, 0)
  const lookups = proxy.count('FindCoordinator')
  /** What one who is refused rests before he asks again. */
  const rest = restMs(1)
  let [n, least] = [0, Number.POSITIVE_INFINITY]
  // The middle one of forty; once more where the machine was busy with something else.
  for (let round = 0; round < 8 && least >= rest; round++) {
    const took: number[] = []
    while (took.length < 40) {
      const begun = performance.now()
      await commit(log, epoch, ++n)
      took.push(performance.now() - begun)
    }
    took.sort((a, b) => a - b)
    least = Math.min(least, took[20]!)
  }
  expect(least).toBeLessThan(rest)
  expect([proxy.count('FindCoordinator'), proxy.count('InitProducerId')]).toEqual([lookups, 1])
  expect(await orders(log)).toEqual(rowsOf(0, n + 1))
})

test('over a thousand transactions, who reads all the time sees each once and nothing that was aborted', async () => {
  const [log, watcher] = [await open(proxy.address, PATIENT_MS), await open(inject('kafka'))]
  const { epoch } = await log.fence(TASK)
  const seen: unknown[] = []
  const watched = (async () => {
    for (let from = 0; seen.length < 1000; ) {
      await watcher.arrival('orders', 0, from)
      const end = await watcher.end('orders', 0)
      for (const { rows } of await rowsRead(watcher, 'orders', 0, { from, until: end })) seen.push(...rows)
      from = end
    }
  })()
  for (let n = 0; n < 1000; n++) {
    const met = n % 50 === 25 ? proxy.once('EndTxn', n % 100 === 25 ? 'refuse' : 'cut') : null
    await commit(log, epoch, n)
    await met
  }
  await watched
  expect(seen).toEqual(rowsOf(0, 1000))
  // An order and a mark for each, and for those that were aborted; one more where the end was not known.
  expect(await log.end('orders', 0)).toBe(2 * (1000 + 10) + 20)
})

test('behind the last commit stand marks, of what was aborted too', async () => {
  const [dying, heir] = [await open(), await open(inject('kafka'))]
  const { epoch } = await dying.fence(TASK)
  await commit(dying, epoch, 0)
  let aborted = 0
  proxy.judge(api => (api === apis.EndTxn && ++aborted > 0 ? 'refuse' : 'pass'))
  const refused = expect(commit(dying, epoch, 1)).rejects.toEqual(fenced)
  await expect.poll(() => aborted).toBe(6)
  const restored = await heir.fence(TASK)
  expect(restored.position.offset).toBe(1)
  await commit(heir, restored.epoch, 1)
  await refused
  expect(await orders(heir)).toEqual(rowsOf(0, 2))
})

test('what compaction leaves of the commits is the last, and of the snapshots', async () => {
  const client = await openClient({ brokers: [inject('kafka')], clientId: 'compaction' })
  const soon = { 'segment.ms': '100', 'min.cleanable.dirty.ratio': '0.01', 'max.compaction.lag.ms': '100' }
  const [commits, snapshots] = [`${prefix}.desk.commits`, `${prefix}.desk.snapshots`]
  for (const topic of [commits, snapshots])
    await createTopic(client, topic, { config: { 'cleanup.policy': 'compact', ...soon } })
  const log = await open(inject('kafka'), 10_000)
  const { epoch } = await log.fence(TASK)
  const commit = (n: number): Promise<void> =>
    log.commit(step(TASK, epoch, n, { outputs: outputs(n), snapshot: new Uint8Array(1_200_000).fill(n) }))
  for (let n = 1; n <= 12; n++) await commit(n)
  const reader = await openReader({ client })
  const kept = async (topic: string): Promise<number> => {
    let count = 0
    for await (const records of reader.read(topic, 0, 0)) while (records.next()) count += 1
    return count
  }
  // Thirteen commits and thirty-six pieces were written, and may be cleaned by now. The last segment is left alone:
  // more has to come for it to be an earlier one.
  await delay(150)
  await commit(13)
  await expect.poll(() => kept(commits), { timeout: 80_000, interval: 500 }).toBeLessThan(8)
  await expect.poll(() => kept(snapshots), { timeout: 80_000, interval: 500 }).toBeLessThan(18)
  await reader.close()
  await client.close()
  const restored = await (await open()).fence(TASK)
  expect(restored.position.offset).toBe(13)
  expect(restored.snapshot!.position.offset).toBe(13)
  expect(Buffer.compare(restored.snapshot!.bytes, new Uint8Array(1_200_000).fill(13))).toBe(0)
  expect(await orders(log)).toEqual(rowsOf(1, 14))
})

test('others see how far the group has come', async () => {
  const log = await open()
  for (let n = 0; n < 5; n++) await log.append('mailbox', 0, [quoteBlock(n, n + 1)])
  const mailbox = { topic: 'mailbox', partition: 0 }
  const { epoch } = await log.fence(TASK)
  for (let n = 1; n <= 5; n++) await log.commit(step(TASK, epoch, n, { mailbox }))
  const admin = new Kafka({ brokers: [inject('kafka')], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const told = async (): Promise<unknown> =>
    (await admin.fetchOffsets({ groupId: `${prefix}.desk`, topics: [`${prefix}.mailbox`] }))[0]!.partitions[0]!.offset
  await expect.poll(told).toBe('5')
  await admin.disconnect()
})

test('a snapshot of megabytes goes in pieces, and comes back as it was', async () => {
  const log = await open(proxy.address, 10_000)
  const { epoch } = await log.fence(TASK)
  const snapshot = Uint8Array.from({ length: 5_000_000 }, (_, n) => (n * n) % 251)
  await log.commit(step(TASK, epoch, 1, { snapshot, outputs: outputs(0) }))
  await commit(log, epoch, 1)
  const restored = await (await open()).fence(TASK)
  expect(restored.position.offset).toBe(2)
  expect(restored.snapshot!.position.offset).toBe(1)
  expect(Buffer.compare(restored.snapshot!.bytes, snapshot)).toBe(0)
})

test('tasks whose names come to the same topic are told apart', async () => {
  const log = await open()
  for (const [n, task] of ['a b', 'a/b', 'a-b'].entries()) {
    const { epoch } = await log.fence(task)
    for (let offset = 1; offset <= 20; offset++) await log.commit(step(task, epoch, n * 100 + offset))
  }
  const again = await open()
  for (const [n, task] of ['a b', 'a/b', 'a-b'].entries())
    expect((await again.fence(task)).position.offset).toBe(n * 100 + 20)
})

test('what was called before the close is done', async () => {
  const log = await open()
  const { epoch } = await log.fence(TASK)
  const calls = [commit(log, epoch, 0), commit(log, epoch, 1), log.append('quotes', 0, [quoteBlock(0, 3)])]
  await log.close()
  await Promise.all(calls)
  const again = await open()
  expect(await orders(again)).toEqual(rowsOf(0, 2))
  expect((await rowsRead(again, 'quotes', 0)).flatMap(({ rows }) => rows)).toEqual(rowsOf(0, 3))
})
