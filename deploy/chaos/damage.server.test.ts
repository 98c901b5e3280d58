import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Client, openClient } from '../../connectors/kafka/client.ts'
import { parseKafka } from '../../connectors/kafka/config.ts'
import { openKafkaLog } from '../../connectors/kafka/kafka-log.ts'
import { writeBatch } from '../../connectors/kafka/testing/raw.ts'
import type { Block } from '../../engine/log/block.ts'
import { blockOf, sliceBlock } from '../../engine/log/build.ts'
import { encodeBlock } from '../../engine/log/codec.ts'
import type { Log } from '../../engine/log/port.ts'
import { scopedLog } from '../../engine/log/scoped.ts'
import { wideMarket } from '../testing/market.ts'
import { type Done, folders, millrace } from '../testing/millrace.ts'
import { outputsOf, PARAMS } from './outcome.ts'

const { make, remove } = folders()
afterAll(remove)

const market = wideMarket(5, 20_000)
const TOPIC = 'market'
/** With them it trades. */
const setFlags = Object.entries(PARAMS).flatMap(([name, value]) => ['--set', `${name}=${value}`])

let client: Client
beforeAll(async () => {
  client = await openClient({ brokers: [inject('kafka')], clientId: 'damage' })
})
afterAll(() => client.close())

/** A place of its own with the market in it, but for the last blocks. */
const place = async () => {
  const prefix = `damage-${randomUUID()}`
  const topic = `${prefix}.${TOPIC}`
  const log = await openKafkaLog(parseKafka(`kafka://${inject('kafka')}/${prefix}`))
  const append = (blocks: readonly Block[]): Promise<number> => log.append(TOPIC, 0, blocks)
  await append(market.slice(0, -2))
  const flags = ['--log', `kafka://${inject('kafka')}/${prefix}`, '--topic', TOPIC]
  const run = (...more: readonly string[]): Promise<Done> =>
    millrace(['run', 'mean-reversion', ...flags, ...more], { home: make() })
  const deleteTo = async (offset: number): Promise<void> => {
    const topics = [{ topic, partitions: [{ partition: 0, offset: String(offset) }] }]
    await (await client.leader(topic, 0))!.ask('DeleteRecords', { topics, timeout: 5000 })
  }
  return { prefix, topic, log, append, run, deleteTo }
}

/** All there is has been stepped. */
const caughtUp = (log: Log): Promise<void> =>
  expect.poll(() => log.lag('mean-reversion/0', TOPIC, 0), { timeout: 60_000 }).toBe(0)

/** It says so, where, and ends; nothing is passed over. */
const expectStop = ({ code, stderr }: Done, error: string, where: RegExp): void => {
  expect(code, stderr).toBe(1)
  const told = stderr.split('\n').find(line => line.startsWith(`${error}: `))
  expect(told, stderr).toMatch(where)
}

describe('BF21: what was there is gone', () => {
  test('the topic is deleted while it is followed', async () => {
    const { topic, log, run } = await place()
    const end = run()
    await caughtUp(log)
    await (await client.controller()).ask('DeleteTopics', { topics: [topic], timeout: 10_000 })
    expectStop(await end, 'LOG_GONE', /market\/0: /)
    await log.close()
  })

  test('retention passes the last commit while nobody runs', async () => {
    const { log, run, append, deleteTo } = await place()
    expect((await run('--to-end')).code).toBe(0)
    await append(market.slice(-2))
    await deleteTo(market.length - 1)
    expectStop(await run('--to-end'), 'LOG_GONE', /market\/0: .* it holds offsets \[/)
    await log.close()
  })

  const losses: Readonly<Record<string, (commits: string) => Promise<unknown>>> = {
    topic: async commits => (await client.controller()).ask('DeleteTopics', { topics: [commits], timeout: 10_000 }),
    key: commits => {
      const records = [{ key: Buffer.from('mean-reversion/0'), value: null, timestamp: Date.now() }]
      return writeBatch(client, commits, 0, { records })
    },
  }
  test.each(Object.keys(losses))('the commits are lost with their %s: no order is written again', async kind => {
    const { prefix, log, run } = await place()
    const trade = (...more: readonly string[]): Promise<Done> => run('--to-end', ...setFlags, ...more)
    expect((await trade()).code).toBe(0)
    const outputs = () => outputsOf(scopedLog(log, 'mean-reversion'), 'mean-reversion', 0)
    const before = await outputs()
    expect(before.orders!.length).toBeGreaterThan(0)
    await losses[kind]!(`${prefix}.mean-reversion.commits`)
    for (let n = 0; n < 2; n++) {
      expectStop(await trade(), 'ACTOR_LOST', /mean-reversion\/0 has no commit, and checkpoints\/0\/\d+ is a record/)
      expect(await outputs()).toEqual(before)
    }
    expect((await trade('--name', 'other')).code).toBe(0)
    await log.close()
  })

  test('the topic is another one, and shorter', async () => {
    const { log, run, append } = await place()
    expect((await run('--to-end')).code).toBe(0)
    await log.drop(TOPIC)
    await append(market.slice(0, 1))
    expectStop(await run('--to-end'), 'ACTOR_DIVERGED', /the mailbox ends at offset 1 now/)
    await log.close()
  })

  test('the topic is another one, and begins otherwise', async () => {
    const { log, run, append } = await place()
    expect((await run('--to-end')).code).toBe(0)
    await log.drop(TOPIC)
    await append([sliceBlock(market[0]!, 1, market[0]!.count), ...market.slice(1)])
    expectStop(await run('--to-end'), 'CLI_TAPE', /market\/0 begins with other rows than when the run began/)
    await log.close()
  })
})

describe('BF22: what was written is none of ours', () => {
  const foreign = { id: 77, name: 'foreign', fields: [{ name: 'x', type: 'f64', unit: '1' }] } as const
  const whole = encodeBlock(blockOf(foreign, [{ key: 'a', at: 1, x: 1 }]))
  const records: readonly (readonly [what: string, value: Uint8Array])[] = [
    ['bytes that make no sense', Buffer.from('no block')],
    ['a block that is torn', encodeBlock(market.at(-1)!).subarray(0, 500)],
    ['a block of an unknown schema', whole],
    ['nothing', new Uint8Array()],
  ]
  test.each(records)('%s: it stops there', async (_what, value) => {
    const { topic, log, append, run } = await place()
    const offset = await log.end(TOPIC, 0)
    await writeBatch(client, topic, 0, { records: [{ key: null, value, timestamp: Date.now() }] })
    await append(market.slice(-2))
    expectStop(await run('--to-end'), 'LOG_CORRUPT', new RegExp(`market/0/${offset}: `))
    expect(await log.lag('mean-reversion/0', TOPIC, 0)).toBeGreaterThanOrEqual(3)
    await log.close()
  })

  test('a block that is larger than the broker takes is refused, and those beside it are not', async () => {
    const { log, append, run } = await place()
    const name = { id: 78, name: 'large', fields: [{ name: 'text', type: 'text', unit: 'text' }] } as const
    const large = blockOf(name, [{ key: 'a', at: 1, text: 'x'.repeat(20_000_000) }])
    const [before, refused, after] = [
      append(market.slice(-2, -1)),
      log.append(TOPIC, 0, [large]),
      append(market.slice(-1)),
    ]
    await expect(refused).rejects.toMatchObject({ code: 'KAFKA_TOPIC', message: expect.stringContaining('market/0') })
    await Promise.all([before, after])
    expect((await run('--to-end')).code).toBe(0)
    await log.close()
  })
})
