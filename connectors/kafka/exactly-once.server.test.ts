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
import { type Fate, type KafkaProxy, openProxy } from './testing/proxy.ts'

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
    const [zombie, heir] = [await open(proxy.address, 20_000), await open(inject('kafka'))]
    const { epoch } = await zombie.fence(TASK)
    await commit(zombie, epoch, 0)
    const asleep = proxy.once('EndTxn', { heldMs: 500 })
    const last = commit(zombie, epoch, 1)
    last.catch(() => undefined)
    await asleep
    const restored = await heir.fence(TASK)
    expect(restored.position.offset).toBe(1)
    await commit(heir, restored.epoch, 1)
    await expect(last).rejects.toEqual(fenced)
    expect(await orders(heir)).toEqual(rowsOf(0, 2))
  })

  test('whoever takes the transactional id, the first one ends', async () => {
    const log = await open()
    const { epoch } = await log.fence(TASK)
    await commit(log, epoch, 0)
    const client = await openClient({ brokers: [inject('kafka')], clientId: 'hijacker' })
    await takeOver(client, `${prefix}.desk.0`, null, 5_000)
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
    const log = await open(proxy.address, 40_000)
    const { epoch } = await log.fence(TASK)
    await commit(log, epoch, 0)
    const asleep = proxy.once('EndTxn', { heldMs: 22_000 })
    await commit(log, epoch, 1)
    await asleep
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

test('transactions follow each other without a rest: one producer, whose coordinator is known', async () => {
  const log = await open()
  const { epoch } = await log.fence(TASK)
  await commit(log, epoch, 0)
  const lookups = proxy.count('FindCoordinator')
  const took: number[] = []
  for (let n = 1; n <= 40; n++) {
    const begun = performance.now()
    await commit(log, epoch, n)
    took.push(performance.now() - begun)
  }
  expect(took.sort((a, b) => a - b)[20]).toBeLessThan(50)
  expect([proxy.count('FindCoordinator'), proxy.count('InitProducerId')]).toEqual([lookups, 1])
  expect(await orders(log)).toEqual(rowsOf(0, 41))
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
  await expect.poll(told, { timeout: 5000 }).toBe('5')
  await admin.disconnect()
})

test('a snapshot of megabytes goes in pieces, and comes back as it was', async () => {
  const log = await open(proxy.address, 10_000)
  const { epoch } = await log.fence(TASK)
  const snapshot = Uint8Array.from({ length: 2_500_000 }, (_, n) => (n * n) % 251)
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
