import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { type Broker, type Client, openClient } from './client.ts'
import { takeOver } from './producer.ts'
import { openReader, type PartitionReader } from './reader.ts'
import type { NewRecord } from './record-batch.ts'
import { createTopic, writeBatch } from './testing/raw.ts'
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

const isUnverified = async (topic: string): Promise<boolean> => {
  const producer = await takeOver(client, { id: topic, last: null, patienceMs: 10_000 })
  const batch = { records: [recordOf('probe')], producer, transactional: true, transactionalId: topic }
  return writeBatch(client, topic, 0, batch).then(
    () => true,
    () => false,
  )
}

const lost = (): Error =>
  Object.assign(new Error('Closed connection'), { name: 'KafkaJSConnectionClosedError', retriable: true })

/** The coordinator never hears of the first transaction; its end is acknowledged, and the next one lost, or lost. */
const forgetful = (end: 'acknowledged' | 'lost'): Client => {
  let fates: readonly ('unheard' | 'lost')[] = end === 'lost' ? ['lost'] : ['unheard', 'lost']
  const ask = async (broker: Broker, name: string, args: object): Promise<unknown> => {
    if (fates.length === 0 || !['AddPartitionsToTxn', 'EndTxn'].includes(name)) return broker.ask(name, args)
    const isFirst = end === 'lost' || fates.length === 2
    if (isFirst && name === 'AddPartitionsToTxn') return {}
    const [fate] = fates
    fates = fates.slice(1)
    if (fate === 'lost') throw lost()
    return {}
  }
  return {
    ...client,
    async coordinator(type, key) {
      const broker = await client.coordinator(type, key)
      return { ...broker, ask: (name, args) => ask(broker, name, args) as Promise<never> }
    },
  }
}

const recordOf = (value: string): NewRecord => ({ key: null, value: Buffer.from(value), timestamp: 0 })

const read = async (topic: string): Promise<readonly string[]> => {
  const values: string[] = []
  for await (const records of reader.read(topic, 0, 0)) while (records.next()) values.push(String(records.value()))
  return values
}

// Kafka 4.3.1 does so when it is killed between the decision to commit and its marks.
test.each(['lost', 'acknowledged'] as const)(
  'C2: what a broker calls ended without a mark is there once, its end %s',
  async end => {
    const topic = `unmarked-${randomUUID()}`
    await createTopic(client, topic)
    await createTopic(client, `${topic}-probe`)
    const order = (value: string, before: string | null): Work => ({
      ahead: null,
      rest: () => [{ topic, partition: 0, records: [recordOf(value)] }],
      offset: null,
      async outcome() {
        const values = await read(topic)
        if (values.includes(value)) return 'written'
        return before === null || values.includes(before) ? 'not written' : 'behind'
      },
    })
    const reasons: string[] = []
    try {
      await verifying(false)
      await expect.poll(() => isUnverified(`${topic}-probe`)).toBe(true)
      const onRetry = (reason: string): void => void reasons.push(reason)
      const transactor = await openTransactor({ client: forgetful(end), id: topic, onRetry })
      await transactor.write(order('first', null))
      await transactor.write(order('second', 'first'))
    } finally {
      await verifying(true)
    }
    expect(reasons).toEqual([`transaction ${topic}: Closed connection`])
    await expect.poll(() => read(topic)).toEqual(['first', 'second'])
  },
)
