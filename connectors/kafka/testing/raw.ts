import { setTimeout as delay } from 'node:timers/promises'
import { type Broker, type Client, protocolError } from '../client.ts'
import { LATEST, offsetAt } from '../offsets.ts'
import { encodeBatch, type NewBatch, type NewRecord } from '../record-batch.ts'
import { isTransient } from '../retry.ts'

/*
 * Writes as plainly as the protocol allows, with nothing of our producer: tests of reading leave transactions open and
 * let them run into each other, which a good producer does not.
 */

/**
 * Creates the topic and comes back when each of its partitions has a leader. It keeps what it is given: retention goes
 * by the times of records, and those of tests are long past.
 */
export const createTopic = async (
  client: Client,
  topic: string,
  {
    partitions = 1,
    config = {},
  }: { readonly partitions?: number; readonly config?: Readonly<Record<string, string>> } = {},
): Promise<void> => {
  const configEntries = Object.entries({ 'retention.ms': '-1', ...config }).map(([name, value]) => ({ name, value }))
  const wanted = { topic, numPartitions: partitions, replicationFactor: 1, configEntries }
  await (await client.controller()).ask('CreateTopics', { topics: [wanted], timeout: 10_000 })
  for (let partition = 0; partition < partitions; partition++)
    while ((await patiently(() => client.leader(topic, partition))) === null) await delay(10)
}

/** Deletes the topic and comes back when its first partition is gone, too: a broker answers before. */
export const deleteTopic = async (client: Client, topic: string): Promise<void> => {
  const place = { topic, partition: 0 }
  const isThere = (): Promise<boolean> =>
    offsetAt(client, place, LATEST).then(
      end => end !== null,
      () => false,
    )
  await (await client.controller()).ask('DeleteTopics', { topics: [topic], timeout: 10_000 })
  while (await isThere()) await delay(10)
}

/** Writes one batch and gives its first offset. */
export const writeBatch = async (
  client: Client,
  topic: string,
  partition: number,
  { transactionalId = null, ...batch }: NewBatch & { readonly transactionalId?: string | null },
): Promise<number> => {
  const leader = await patiently(() => client.leader(topic, partition))
  const written = { topic, partition, transactionalId, bytes: encodeBatch(batch) }
  return patiently(() => produce(leader!, written))
}

export interface RawTransactions {
  /** Within the transaction that is open, or begins; the first offset. */
  send(records: readonly NewRecord[]): Promise<number>
  end(how: 'commit' | 'abort'): Promise<void>
}

export const openTransactions = async (
  client: Client,
  topic: string,
  partition: number,
  transactionalId: string,
): Promise<RawTransactions> => {
  const coordinator = await patiently(() => client.coordinator('transaction', transactionalId))
  const initial = await patiently(() =>
    coordinator.ask<{ producerId: string; producerEpoch: number }>('InitProducerId', {
      transactionalId,
      transactionTimeout: 60_000,
    }),
  )
  const who = { transactionalId, producerId: initial.producerId, producerEpoch: initial.producerEpoch }
  let sequence = 0
  let isOpen = false
  return {
    async send(records) {
      const topics = [{ topic, partitions: [partition] }]
      if (!isOpen) await patiently(() => coordinator.ask('AddPartitionsToTxn', { ...who, topics }))
      isOpen = true
      const producer = { id: BigInt(who.producerId), epoch: who.producerEpoch, sequence }
      sequence += records.length
      return writeBatch(client, topic, partition, { records, producer, transactional: true, transactionalId })
    },
    async end(how) {
      isOpen = false
      await patiently(() => coordinator.ask('EndTxn', { ...who, transactionResult: how === 'commit' }))
    },
  }
}

/** The broker asks for patience while topics come up, and right behind each transaction. */
const patiently = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (tries === 1_000 || !isTransient(error)) throw error
      await delay(5)
    }
  }
}

interface Written {
  readonly topic: string
  readonly partition: number
  readonly transactionalId: string | null
  readonly bytes: Buffer
}

const produce = (leader: Broker, { topic, partition, transactionalId, bytes }: Written): Promise<number> =>
  leader.send({
    name: 'Produce',
    version: 7,
    body: Buffer.concat(
      [text(transactionalId), int16(-1), int32(10_000), int32(1), text(topic), int32(1)].concat([
        int32(partition),
        int32(bytes.length),
        bytes,
      ]),
    ),
    decode(answer) {
      const at = 4 + 2 + answer.readInt16BE(4) + 4 + 4
      const error = answer.readInt16BE(at)
      if (error !== 0) throw protocolError(error)
      return Number(answer.readBigInt64BE(at + 2))
    },
  })

const int16 = (value: number): Buffer => Buffer.from([value >> 8, value])
const int32 = (value: number): Buffer => Buffer.from([value >> 24, value >> 16, value >> 8, value])
const text = (value: string | null): Buffer =>
  value === null ? int16(-1) : Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
