import avsc from 'avsc'
import { CompressionTypes, Kafka, logLevel, type Message, type Producer } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { deadLettersOf } from '../../../engine/actor/dead-letters.ts'
import { blockOf, type Row, rowOf } from '../../../engine/log/build.ts'
import { memoryLog } from '../../../engine/log/memory.ts'
import type { Log, LogSource } from '../../../engine/log/port.ts'
import { currency } from '../../../engine/market/cash.ts'
import { instruments, orders } from '../../../engine/market/topics.ts'
import { minor } from '../../../engine/market/units.ts'
import { rowsOf } from '../../../engine/run/replay.ts'
import { type RunEnd, runStrategy } from '../../../engine/run/run-strategy.ts'
import { faultyLog } from '../../../engine/testing/faults.ts'
import { systemClock } from '../../../engine/time/clock.ts'
import { meanReversion } from '../../../strategies/mean-reversion.ts'
import { paperVenue } from '../../paper/venue.ts'
import { sampleMarket } from '../../sample/sample.ts'
import { type Client, openClient } from '../client.ts'
import { parseKafka } from '../config.ts'
import { openKafkaLog } from '../kafka-log.ts'
import { openReader, type PartitionReader } from '../reader.ts'
import { createTopic } from '../testing/raw.ts'
import type { Decoder } from './decoder.ts'
import { foreignLog } from './foreign-log.ts'

// The producer of kafkajs is the program of somebody else: it knows nothing of us.

const BALANCE = minor(1_000_000_000_000)
const market = sampleMarket({ rows: 6_000 })
const rows = [...market.blocks()].flatMap(block => Array.from({ length: block.count }, (_, n) => rowOf(block, n)))
const ticks = rows.map((row): Message => ({ key: row.key, value: JSON.stringify(row) }))

const decoder: Decoder = {
  format: 'json',
  fields: { at: 'at', key: '$key', bid: 'bid', ask: 'ask', bidSize: 'bidSize', askSize: 'askSize' },
  ...{ unit: 'us', instruments: market.instruments, maxBytes: 10_000 },
}

describe('a foreign topic at a broker', () => {
  const prefix = `foreign-${Date.now()}`
  const kafka = new Kafka({ clientId: prefix, brokers: [inject('kafka')], logLevel: logLevel.NOTHING })
  let client: Client
  let reader: PartitionReader
  let producer: Producer
  beforeAll(async () => {
    client = await openClient({ brokers: [inject('kafka')], clientId: prefix })
    reader = await openReader({ client })
    producer = kafka.producer()
    await producer.connect()
  })
  afterAll(async () => {
    await producer.disconnect()
    await reader.close()
    await client.close()
  })

  let topics = 0
  const newTopic = async (): Promise<string> => {
    const topic = `${prefix}-${topics++}`
    await createTopic(client, topic)
    return topic
  }

  const run = (tape: LogSource, topic: string, log: Log, more: { follow?: boolean; signal?: AbortSignal } = {}) =>
    runStrategy(
      {
        strategy: meanReversion,
        tape: { log: tape, topic, partition: 0 },
        ...{ log, startBalance: BALANCE, clock: systemClock, commitRows: 1_000, follow: more.follow ?? false },
        venue: () => paperVenue({ latencyUs: 50_000, startBalance: BALANCE, currency: currency('USD', 6) }),
      },
      more.signal,
    )

  /** The same market as a tape of our own. */
  const expected = async (topic: string): Promise<RunEnd & { readonly log: Log }> => {
    const tape = memoryLog()
    const definitions = market.instruments.map(one => ({ ...one, key: one.id, at: rows[0]!.at }) as unknown as Row)
    await tape.append(topic, 0, [blockOf(instruments.schema, definitions), ...market.blocks()])
    const log = memoryLog()
    return { ...(await run(tape, topic, log)), log }
  }

  it('is stepped exactly once, with what is corrupt, oversized or empty beside', async () => {
    const topic = await newTopic()
    const odd: Message[] = [
      { key: 'EURUSD', value: '{"at":1', headers: { from: 'me', to: ['you', 'all'] } },
      { key: 'EURUSD', value: JSON.stringify({ ...rows[0], note: 'x'.repeat(20_000) }) },
      { key: 'EURUSD', value: null },
      { key: 'NOBODY', value: JSON.stringify(rows[0]) },
      { key: null, value: Buffer.from([0, 255, 1]) },
    ]
    const messages = ticks.flatMap((tick, n) => (n % 1_000 === 999 ? [tick, ...odd] : [tick]))
    for (let n = 0; n < messages.length; n += 1_500) {
      const compression = n === 1_500 ? CompressionTypes.GZIP : CompressionTypes.None
      await producer.send({ topic, messages: messages.slice(n, n + 1_500), compression })
    }
    const foreign = foreignLog({ reader, decoders: { [topic]: decoder } })
    for await (const _ of foreign.read(topic, 0, 0));
    const reasons = { undecodable: 6 + 6, oversized: 6, 'unknown-instrument': 6 }
    expect(foreign.tally(topic)).toMatchObject({ records: messages.length, rows: 6_000, tombstones: 6, reasons })
    const log = await openKafkaLog(parseKafka(`kafka://${inject('kafka')}/${topic}`))
    for (const nth of [1, 2, 3]) {
      const failing = faultyLog(log, [{ call: 'commit', nth, outcome: nth === 2 ? 'unknown' : 'refused' }])
      const cut = await run(foreign, topic, failing)
      expect(cut.actor).toMatchObject({ type: 'stopped', error: { code: 'LOG_IO' } })
    }
    const { actor, digests } = await run(foreign, topic, log)
    expect(actor).toMatchObject({ type: 'finished', position: { offset: messages.length, row: 0 } })
    const whole = await expected(topic)
    expect(digests).toEqual(whole.digests)
    expect(await all(log, orders.name)).toHaveLength((await all(whole.log, orders.name)).length)
    const letters = await all(log, deadLettersOf('mean-reversion/0'))
    const lost = messages.flatMap((message, n) => (odd.includes(message) && message.value !== null ? [n] : []))
    expect(letters.map(({ place }) => place)).toEqual(lost.map(offset => `${topic}/0/${offset}#0`))
    expect(letters.slice(0, 4).map(({ headers }) => headers)).toEqual([3, 0, 0, 0])
    expect(letters[3]).toMatchObject({ key: '', value: 'AP8B', bytes: 3 })
    await log.close()
  })

  it('is followed tick by tick; what was aborted is never seen', async () => {
    const topic = await newTopic()
    const foreign = foreignLog({ reader, decoders: { [topic]: decoder } })
    const log = memoryLog()
    const stop = new AbortController()
    const running = run(foreign, topic, log, { follow: true, signal: stop.signal })
    const transactional = kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true })
    await transactional.connect()
    let sent = 0
    const send = async (count: number, how: 'plain' | 'commit' | 'abort'): Promise<void> => {
      const messages = ticks.slice(sent, sent + count)
      if (how === 'plain') await producer.send({ topic, messages })
      else {
        const transaction = await transactional.transaction()
        await transaction.send({ topic, messages })
        await transaction[how]()
      }
      if (how !== 'abort') sent += count
    }
    for (let n = 0; n < 20; n++) {
      await send(1, 'plain')
      await send(n + 1, n % 3 === 1 ? 'abort' : 'commit')
    }
    await send(rows.length - sent, 'plain')
    while (foreign.tally(topic).rows < rows.length) await systemClock.sleep(10)
    stop.abort()
    const { actor, digests } = await running
    const whole = await expected(topic)
    expect(actor.type).toBe('drained')
    expect(digests).toEqual(whole.digests)
    expect(await all(log, orders.name)).toHaveLength((await all(whole.log, orders.name)).length)
    await transactional.disconnect()
  })

  it('of Avro waits for no schema that the registry does not have', async () => {
    const topic = await newTopic()
    const fields = [
      ['ts', 'long'],
      ['pair', 'string'],
      ['b', 'double'],
      ['a', 'double'],
    ].map(([name, type]) => ({ name, type }))
    const type = avsc.Type.forSchema({ type: 'record', name: 'Tick', fields } as avsc.Schema)
    const framed = (id: number, n: number): Message => {
      const body = type.toBuffer({ ts: 1_690_000_000_000 + n, pair: 'EURUSD', b: 1.1, a: 1.2 })
      return { value: Buffer.concat([Buffer.of(0, 0, 0, 0, id), body]) }
    }
    await producer.send({ topic, messages: Array.from({ length: 900 }, (_, n) => framed(n % 9 === 4 ? 8 : 7, n)) })
    const avro: Decoder = { format: 'avro', fields: { at: 'ts', key: 'pair', bid: 'b', ask: 'a' }, unit: 'ms' }
    const schemaOf = async (id: number) => (id === 7 ? JSON.stringify(type.schema()) : null)
    const foreign = foreignLog({ reader, decoders: { [topic]: avro }, schemaOf })
    let count = 0
    for await (const { block } of foreign.read(topic, 0, 0)) count += block.count
    expect(count).toBe(900)
    expect(foreign.tally(topic)).toMatchObject({ rows: 800, refused: 100, reasons: { 'unknown-schema': 100 } })
  })
})

const all = async (log: Log, topic: string): Promise<readonly Row[]> => {
  const found: Row[] = []
  for await (const row of rowsOf(log, topic, 0)) found.push(row)
  return found
}
