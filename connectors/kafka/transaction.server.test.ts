import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { type Broker, type Client, openClient } from './client.ts'
import { openReader, type PartitionReader } from './reader.ts'
import { createTopic } from './testing/raw.ts'
import { openTransactor, type Work } from './transaction.ts'

let client: Client
let reader: PartitionReader
beforeEach(async () => {
  client = await openClient({ brokers: [inject('kafka')], clientId: 'transaction' })
  reader = await openReader({ client })
})
afterEach(async () => {
  await reader.close()
  await client.close()
})

/** A kind of what has settings. */
const BROKER = 4

/** Whether the broker asks the coordinator if a partition is part of the transaction that writes to it. */
const verifying = async (isOn: boolean): Promise<void> => {
  const configEntries = isOn ? [] : [{ name: 'transaction.partition.verification.enable', value: 'false' }]
  const controller = await client.controller()
  const resources = [{ type: BROKER, name: String(controller.nodeId), configEntries }]
  await controller.ask('AlterConfigs', { resources })
}

/** The first transaction is written, and the coordinator has never heard of it. */
const forgetful = (): Client => {
  let hasEnded = false
  const ask = async (broker: Broker, name: string, args: object): Promise<unknown> => {
    if (hasEnded || !['AddPartitionsToTxn', 'EndTxn'].includes(name)) return broker.ask(name, args)
    if (name === 'AddPartitionsToTxn') return {}
    hasEnded = true
    throw Object.assign(new Error('Closed connection'), { name: 'KafkaJSConnectionClosedError', retriable: true })
  }
  return {
    ...client,
    async coordinator(type, key) {
      const broker = await client.coordinator(type, key)
      return { ...broker, ask: (name, args) => ask(broker, name, args) as Promise<never> }
    },
  }
}

const read = async (topic: string): Promise<readonly string[]> => {
  const values: string[] = []
  for await (const records of reader.read(topic, 0, 0)) while (records.next()) values.push(String(records.value()))
  return values
}

// Kafka 4.3.1 does so when it is killed between the decision to commit and its marks.
test('C2: what a broker calls ended without a mark is not seen beside the next try', async () => {
  const topic = `unmarked-${randomUUID()}`
  await createTopic(client, topic)
  const order = (value: string): Work => ({
    ahead: null,
    rest: () => [{ topic, partition: 0, records: [{ key: null, value: Buffer.from(value), timestamp: 0 }] }],
    offset: null,
    isDone: async () => (await read(topic)).includes(value),
  })
  await verifying(false)
  try {
    const reasons: string[] = []
    const onRetry = (reason: string): void => void reasons.push(reason)
    const transactor = await openTransactor({ client: forgetful(), id: topic, onRetry })
    await transactor.write(order('first'))
    await transactor.write(order('second'))
    expect(reasons).toContain(`transaction ${topic}: Closed connection`)
  } finally {
    await verifying(true)
  }
  await expect.poll(() => read(topic)).toEqual(['first', 'second'])
})
