import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import type { Log } from '../../engine/log/port.ts'
import { quoteBlock, reshapedBlock, rowsOf, rowsRead, step } from '../../engine/testing/log/rows.ts'
import { type Client, openClient } from './client.ts'
import { parseKafka } from './config.ts'
import { committedOffsets } from './group-offsets.ts'
import { openKafkaLog } from './kafka-log.ts'
import { apis, type Fate, type KafkaProxy, openProxy } from './testing/proxy.ts'

let proxy: KafkaProxy
let prefix: string
let opened: Log[]
beforeEach(async () => {
  proxy = await openProxy(inject('kafka'))
  prefix = `appender-${randomUUID()}`
  opened = []
})
afterEach(async () => {
  await Promise.all(opened.map(log => log.close()))
  await proxy.close()
})

const open = async (address = proxy.address, more = ''): Promise<Log> => {
  const log = await openKafkaLog(parseKafka(`kafka://${address}/${prefix}?timeout-ms=1000${more}`))
  opened.push(log)
  return log
}

/** What the group was told is told in transactions: it is seen when their marks are written, behind the answer. */
const told = (client: Client): Promise<unknown> => committedOffsets(client, `${prefix}.desk`)

const OUT_OF_ORDER_SEQUENCE_NUMBER = 45

/** As a broker answers that has lost what it knew of a producer. The error stands behind topic and partition. */
const forgetful = {
  edit: (answer: Buffer) => void answer.writeInt16BE(OUT_OF_ORDER_SEQUENCE_NUMBER, 22 + answer.readInt16BE(12)),
}

test('a broker that has forgotten its writer is not written to twice: the log is asked', async () => {
  const log = await open()
  await log.append('quotes', 0, [quoteBlock(0, 3)])
  for (const [n, fate] of (['cut', 'refuse'] as const).entries()) {
    const fates = [fate, forgetful]
    proxy.judge(api => (api === apis.Produce ? (fates.shift() ?? 'pass') : 'pass'))
    expect(await log.append('quotes', 0, [quoteBlock(2 * n + 3, 2 * n + 4), quoteBlock(2 * n + 4, 2 * n + 5)])).toBe(
      2 * n + 1,
    )
  }
  expect(await log.append('quotes', 0, [quoteBlock(7, 8)])).toBe(5)
  expect((await rowsRead(log, 'quotes', 0)).flatMap(({ rows }) => rows)).toEqual(rowsOf(0, 8))
})

test('where the log does not tell either, it is said', async () => {
  const [log, other] = [await open(), await open(inject('kafka'))]
  await log.append('quotes', 0, [quoteBlock(0, 3)])
  let others: 'none' | 'writing' | 'written' = 'none'
  /** What the log has written is there by then: another one that begins at the same place would look the same. */
  const behind = async (): Promise<void> => {
    await other.arrival('quotes', 0, 1)
    await other.append('quotes', 0, [quoteBlock(9, 10)])
    others = 'written'
  }
  proxy.judge(api => {
    if (api !== apis.Produce) return 'pass'
    if (others !== 'none') return others === 'writing' ? 'refuse' : forgetful
    others = 'writing'
    void behind()
    return 'cut'
  })
  await expect(log.append('quotes', 0, [quoteBlock(3, 4)])).rejects.toMatchObject({
    code: 'LOG_IO',
    message: expect.stringMatching(/quotes\/0: the broker has forgotten its writer, and others have written meanwhile/),
  })
})

test('behind a commit that fails nothing is committed, until the task is taken over again', async () => {
  const log = await open()
  await log.append('orders', 0, [quoteBlock(0, 1)])
  const { epoch } = await log.fence('t')
  const bad = [{ topic: 'orders', partition: 0, block: reshapedBlock() }]
  const good = [{ topic: 'orders', partition: 0, block: quoteBlock(1, 2) }]
  const commits = [
    log.commit(step('t', epoch, 1)),
    log.commit(step('t', epoch, 2, { outputs: bad })),
    log.commit(step('t', epoch, 3, { outputs: good })),
  ]
  const results = await Promise.allSettled(commits)
  expect(results.map(result => (result.status === 'rejected' ? result.reason.code : 'done'))).toEqual([
    'done',
    'LOG_SCHEMA',
    'LOG_SCHEMA',
  ])
  const restored = await log.fence('t')
  expect(restored.position.offset).toBe(1)
  await log.commit(step('t', restored.epoch, 3, { outputs: good }))
  expect((await rowsRead(log, 'orders', 0)).flatMap(({ rows }) => rows)).toEqual(rowsOf(0, 2))
})

test('at least once: a lost answer loses nothing, and the group is told', async () => {
  const log = await open(proxy.address, '&guarantee=at-least-once')
  for (let n = 0; n < 9; n++) await log.append('mailbox', 0, [quoteBlock(n, n + 1)])
  const { epoch } = await log.fence('desk/0')
  for (const [n, fate] of (['cut', 'mute', 'refuse'] as const).entries()) {
    const met = proxy.once('Produce', fate)
    const outputs = [{ topic: 'orders', partition: 0, block: quoteBlock(n, n + 1) }]
    await log.commit(step('desk/0', epoch, n + 1, { outputs, mailbox: { topic: 'mailbox', partition: 0 } }))
    await met
  }
  expect((await rowsRead(log, 'orders', 0)).flatMap(({ rows }) => rows)).toEqual(rowsOf(0, 3))
  await log.close()
  const client = await openClient({ brokers: [inject('kafka')], clientId: prefix })
  await expect.poll(() => told(client)).toMatchObject([{ topic: `${prefix}.mailbox`, offset: 3 }])
  await client.close()
  expect((await (await open()).fence('desk/0')).position.offset).toBe(3)
})

test('at least once: a log that closes tells the group its last commit, also behind what is being told', async () => {
  const log = await open(proxy.address, '&guarantee=at-least-once')
  for (let n = 0; n < 9; n++) await log.append('mailbox', 0, [quoteBlock(n, n + 1)])
  const { epoch } = await log.fence('desk/0')
  const commit = (n: number): Promise<void> =>
    log.commit(step('desk/0', epoch, n, { mailbox: { topic: 'mailbox', partition: 0 } }))
  await commit(1)
  // The first is told behind the second, and the second is to be told before that is done: both take so long.
  const slow: Readonly<Record<number, Fate>> = {
    [apis.Produce]: { slowMs: 200 },
    [apis.AddOffsetsToTxn]: { slowMs: 300 },
  }
  proxy.judge(api => slow[api] ?? 'pass')
  await commit(2)
  await log.close()
  const client = await openClient({ brokers: [inject('kafka')], clientId: prefix })
  await expect.poll(() => told(client)).toMatchObject([{ offset: 2 }])
  await client.close()
})
