import { Kafka, type KafkaMessage, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Client, openClient } from '../client.ts'
import { createTopic, writeBatch } from './raw.ts'

describe('what is written raw', () => {
  const topic = `raw-${Date.now()}`
  let client: Client
  beforeAll(async () => {
    client = await openClient({ brokers: [inject('kafka')], clientId: topic })
    await createTopic(client, topic)
  })
  afterAll(() => client.close())

  it('is read by another client as it was meant', async () => {
    const records = [
      { key: Buffer.from('EURUSD'), value: Buffer.from('1.0721'), timestamp: 1_400_000_000_000 },
      { key: null, value: Buffer.from('x'.repeat(300)), timestamp: 1_300_000_000_000 },
      { key: Buffer.alloc(0), value: null, timestamp: 1_500_000_000_000 },
    ]
    const headers = [['schema', Buffer.from('quote')]] as const
    expect(await writeBatch(client, topic, 0, { records: records.map(record => ({ ...record, headers })) })).toBe(0)
    expect(await writeBatch(client, topic, 0, { records, compression: 'gzip' })).toBe(3)
    const found = await readAll(topic, 6)
    expect(found.map(({ offset }) => offset)).toEqual(['0', '1', '2', '3', '4', '5'])
    expect(found.map(({ key, value, timestamp }) => ({ key, value, timestamp: Number(timestamp) }))).toEqual([
      ...records,
      ...records,
    ])
    expect(found[0]!.headers).toEqual({ schema: Buffer.from('quote') })
    expect(found[3]!.headers).toEqual({})
  })
})

const readAll = async (topic: string, count: number): Promise<readonly KafkaMessage[]> => {
  const consumer = new Kafka({ brokers: [inject('kafka')], logLevel: logLevel.NOTHING }).consumer({ groupId: topic })
  const found: KafkaMessage[] = []
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await new Promise<void>(resolve => {
    const eachMessage = async ({ message }: { readonly message: KafkaMessage }): Promise<void> => {
      if (found.push(message) === count) resolve()
    }
    void consumer.run({ eachMessage })
  })
  await consumer.disconnect()
  return found
}
