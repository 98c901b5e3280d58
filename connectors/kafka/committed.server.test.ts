import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Client, openClient } from './client.ts'
import { openReader, type PartitionReader } from './reader.ts'
import { createTopic, openTransactions, type RawTransactions, writeBatch } from './testing/raw.ts'

/** What was written: where, what, and how its transaction ended. */
interface Written {
  readonly offset: number
  readonly value: string
  readonly transaction: { how: 'open' | 'commit' | 'abort' }
}

/** '1:a1 1:a2 1! 1:c1 1.' is: producer 1 writes a1 and a2 and aborts, writes c1 and commits. '0:' is no transaction. */
const write = async (client: Client, topic: string, script: string): Promise<readonly Written[]> => {
  const producers = new Map<string, { transactions: RawTransactions; current: Written['transaction'] }>()
  const written: Written[] = []
  for (const step of script.split(' ')) {
    const [who, action, value = ''] = [step[0]!, step[1]!, step.slice(2)]
    const record = { key: value.startsWith('#') ? Buffer.alloc(4) : null, value: Buffer.from(value), timestamp: 0 }
    if (who === '0') {
      const offset = await writeBatch(client, topic, 0, { records: [record] })
      written.push({ offset, value, transaction: { how: 'commit' } })
      continue
    }
    const producer = producers.get(who) ?? {
      transactions: await openTransactions(client, topic, 0, `${topic}-${who}`),
      current: { how: 'open' },
    }
    producers.set(who, producer)
    if (action === ':')
      written.push({ offset: await producer.transactions.send([record]), value, transaction: producer.current })
    else {
      producer.current.how = action === '!' ? 'abort' : 'commit'
      await producer.transactions.end(producer.current.how)
      producer.current = { how: 'open' }
    }
  }
  return written
}

const committed = (written: readonly Written[], from = 0): readonly string[] =>
  written.filter(({ offset, transaction }) => offset >= from && transaction.how === 'commit').map(({ value }) => value)

const vectors = {
  'one aborted transaction': '1:a1 1! 0:c1',
  'A: a short aborted transaction inside a long one': '1:a1 2:b1 2! 1:a2 1!',
  'B: a fetch that begins inside two, aborted later': '1:a1 2:b1 1:a2 2:b2 1! 2:b3 2!',
  'C: a record whose key looks like a mark': '1:a1 1:#a2 1:a3 1!',
  'D: one producer aborts twice': '1:a1 1! 1:a2 1! 0:c1',
  'E: the mark comes in a later fetch': '1:a1 1:a2 1:a3 1! 1:c1 1.',
  'F: abort, commit, abort': '1:a1 1! 1:c1 1. 1:a2 1!',
  'G: a fetch begins at a mark of abort': '1:a1 1! 1:c1 1. 2:b1 2!',
} as const

/** Five producers that begin, write and end at random. */
const randomScript = (seed: number, records: number): string => {
  const steps: string[] = []
  const open = new Set<number>()
  let state = seed
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let n = 0; n < records; ) {
    const who = 1 + random(5)
    if (open.has(who) && random(4) === 0) {
      steps.push(`${who}${random(2) === 0 ? '!' : '.'}`)
      open.delete(who)
    } else {
      steps.push(`${who}:${random(20) === 0 ? '#' : ''}${who}-${n++}`)
      open.add(who)
    }
  }
  return [...steps, ...[...open].map(who => `${who}${random(2) === 0 ? '!' : '.'}`)].join(' ')
}

describe('the broker and ours agree on what was committed', () => {
  const prefix = `committed-${Date.now()}`
  let client: Client
  let reader: PartitionReader
  beforeAll(async () => {
    client = await openClient({ brokers: [inject('kafka')], clientId: prefix })
    reader = await openReader({ client })
  })
  afterAll(async () => {
    await reader.close()
    await client.close()
  })

  const read = async (topic: string, from: number, fetchBytes: number): Promise<readonly string[]> => {
    const reader = await openReader({ client, fetchBytes })
    const values: string[] = []
    for await (const records of reader.read(topic, 0, from))
      while (records.next()) values.push(records.value()!.toString())
    await reader.close()
    return values
  }

  /** Writes it to a topic of its own, and comes back when the last mark stands. */
  const written = async (topic: string, script: string): Promise<readonly Written[]> => {
    await createTopic(client, topic)
    const written = await write(client, topic, script)
    await reader.arrival(topic, 0, script.split(' ').length - 1)
    return written
  }

  it.each(Object.entries(vectors))('%s', async (name, script) => {
    const topic = `${prefix}-${name[0]}`
    const all = await written(topic, script)
    for (const fetchBytes of [1, 150, 1 << 20])
      for (const from of script.split(' ').keys())
        expect([from, ...(await read(topic, from, fetchBytes))]).toEqual([from, ...committed(all, from)])
  })

  it.each([1, 2, 3])('five producers at random, seed %i', async seed => {
    const topic = `${prefix}-random-${seed}`
    const script = randomScript(seed, 300)
    const all = await written(topic, script)
    expect(committed(all).length).toBeGreaterThan(50)
    for (const fetchBytes of [1, 150, 2_000, 1 << 20]) expect(await read(topic, 0, fetchBytes)).toEqual(committed(all))
    for (let from = 0; from < script.split(' ').length; from += 7)
      expect([from, ...(await read(topic, from, 1 << 20))]).toEqual([from, ...committed(all, from)])
  })

  it('kafkajs reads what was aborted: why its consumer is not used', async () => {
    const { A, C } = Object.fromEntries(Object.entries(vectors).map(([name, script]) => [name[0], script]))
    for (const [name, script] of Object.entries({ A, C, random: randomScript(1, 300) })) {
      const topic = `${prefix}-kafkajs-${name}`
      const all = await written(topic, `${script} 0:end`)
      const leaked = (await readByKafkajs(topic, 'end')).filter(value => !committed(all).includes(value))
      expect(leaked.length, name).toBeGreaterThan(0)
    }
  })

  const readByKafkajs = async (topic: string, last: string): Promise<readonly string[]> => {
    const consumer = new Kafka({ brokers: [inject('kafka')], logLevel: logLevel.NOTHING }).consumer({ groupId: topic })
    const values: string[] = []
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await new Promise<void>(resolve => {
      const eachMessage = async ({ message }: { readonly message: { readonly value: Buffer | null } }) => {
        values.push(message.value!.toString())
        if (values.at(-1) === last) resolve()
      }
      void consumer.run({ eachMessage })
    })
    await consumer.disconnect()
    return values
  }
})
