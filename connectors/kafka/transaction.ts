import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../../engine/errors.ts'
import type { Client } from './client.ts'
import { isFenced, isPassing, isUnclear, kafkaFault, typeOf } from './faults.ts'
import { type Parcel, produce } from './produce.ts'
import { type Producer, sequenceBehind, takeOver } from './producer.ts'
import { encodeBatch, type NewRecord } from './record-batch.ts'
import { restMs } from './retry.ts'

/** Records for one partition. */
export interface Shipment {
  readonly topic: string
  readonly partition: number
  readonly records: readonly NewRecord[]
}

/** How far a consumer group has come, for those who watch it. */
export interface GroupOffset {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** All of one transaction. */
export interface Work {
  /** In their order: the later ones may be made of the offsets of the earlier ones. */
  readonly stages: readonly ((offsets: readonly number[]) => readonly Shipment[])[]
  readonly offset: GroupOffset | null
  /** Whether an earlier try of this very work is in the log after all. */
  readonly isDone: () => Promise<boolean>
}

/** The one who writes under a transactional id. */
export interface Transactor {
  /**
   * Writes all or nothing. What went wrong half way is undone, and tried again while that makes sense; when the end of
   * a transaction is not known, the log is asked.
   *
   * Fails  Fault LOG_FENCED, and nothing of it is ever seen; KAFKA_AWAY after a minute, LOG_IO
   */
  write(work: Work): Promise<void>
}

const PATIENCE_MS = 60_000
/** The broker takes batches, and requests, of a limited size. */
const BATCH_BYTES = 900_000

/** Takes a transactional id over. */
export const openTransactor = async (client: Client, id: string): Promise<Transactor> => {
  const self: Self = { client, id, producer: await takeOver(client, id, null), sequences: new Map(), isFenced: false }
  return { write: work => write(self, work) }
}

interface Self {
  readonly client: Client
  readonly id: string
  producer: Producer
  /** The next sequence number by partition, under this epoch of the producer. */
  sequences: Map<string, Producer>
  isFenced: boolean
}

const write = async (self: Self, work: Work): Promise<void> => {
  if (self.isFenced) throw fencedOff(self, null)
  for (let tries = 1, begun = Date.now(); ; tries++) {
    try {
      return await tryOnce(self, work)
    } catch (error) {
      if (isFenced(error)) throw fencedOff(self, error)
      // Under a new epoch nothing of the old one can come late: neither its records nor its end.
      await renew(self)
      if (await work.isDone()) return
      const maySucceed = isUnclear(error) || isPassing(error) || isUndone(error)
      if (!maySucceed || Date.now() - begun > PATIENCE_MS) throw kafkaFault(error, `transaction ${self.id}`)
      await delay(restMs(tries))
    }
  }
}

/** The broker has ended the transaction by itself, or has forgotten its producer. */
const isUndone = (error: unknown): boolean =>
  ['INVALID_TXN_STATE', 'UNKNOWN_PRODUCER_ID', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'INVALID_PRODUCER_ID_MAPPING'].includes(
    typeOf(error),
  )

const fencedOff = (self: Self, cause: unknown): MillraceError => {
  self.isFenced = true
  const options = cause === null ? {} : { cause }
  return new MillraceError('LOG_FENCED', `another process has taken ${self.id} over`, options)
}

const renew = async (self: Self): Promise<void> => {
  self.client.forget()
  try {
    self.producer = await takeOver(self.client, self.id, self.producer)
  } catch (error) {
    throw isFenced(error) ? fencedOff(self, error) : kafkaFault(error, `transaction ${self.id}`)
  }
  self.sequences = new Map()
}

const tryOnce = async (self: Self, { stages, offset }: Work): Promise<void> => {
  const added = new Set<string>()
  let offsets: readonly number[] = []
  for (const stage of stages) {
    const shipments = stage(offsets)
    await addPartitions(self, shipments, added)
    offsets = await ship(self, shipments)
  }
  if (offset !== null) await addOffset(self, offset)
  await ask(self, 'EndTxn', { transactionResult: true })
}

const nameOf = ({ topic, partition }: Omit<Shipment, 'records'>): string => `${topic}/${partition}`

/** Every partition is named to the coordinator before anything is written to it. */
const addPartitions = async (self: Self, shipments: readonly Shipment[], added: Set<string>): Promise<void> => {
  const fresh = shipments.filter(shipment => !added.has(nameOf(shipment)))
  if (fresh.length === 0) return
  const byTopic = Map.groupBy(fresh, ({ topic }) => topic)
  const topics = [...byTopic].map(([topic, parts]) => ({
    topic,
    partitions: [...new Set(parts.map(({ partition }) => partition))],
  }))
  await ask(self, 'AddPartitionsToTxn', { topics })
  for (const shipment of fresh) added.add(nameOf(shipment))
}

/** Sends the shipments in batches that the broker takes, one request at a time; the first offset of each. */
const ship = async (self: Self, shipments: readonly Shipment[]): Promise<readonly number[]> => {
  const offsets: number[] = Array(shipments.length).fill(-1)
  const queues = shipments.map(({ records }) => batchesOf(records))
  for (let round = 0; queues.some(queue => round < queue.length); round++) {
    const places = [...queues.keys()].filter(place => round < queues[place]!.length)
    const parcels = places.map(place => parcelOf(self, shipments[place]!, queues[place]![round]!))
    const bases = await produce(self.client, parcels, self.id)
    for (const [n, place] of places.entries()) if (round === 0) offsets[place] = bases[n]!
  }
  return offsets
}

const parcelOf = (self: Self, { topic, partition }: Shipment, records: readonly NewRecord[]): Parcel => {
  const name = `${topic}/${partition}`
  const producer = self.sequences.get(name) ?? self.producer
  self.sequences.set(name, sequenceBehind(producer, records.length))
  return { topic, partition, batch: encodeBatch({ records, producer, transactional: true }) }
}

const batchesOf = (records: readonly NewRecord[]): readonly (readonly NewRecord[])[] => {
  const batches: NewRecord[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const record of records) {
    const size = record.value?.length ?? 0
    if (bytes + size > BATCH_BYTES) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)!.push(record)
    bytes += size
  }
  return batches
}

const addOffset = async (self: Self, { group, topic, partition, offset }: GroupOffset): Promise<void> => {
  const { client, id, producer } = self
  await ask(self, 'AddOffsetsToTxn', { groupId: group })
  const coordinator = await client.coordinator('group', group)
  await coordinator.ask('TxnOffsetCommit', {
    transactionalId: id,
    groupId: group,
    producerId: String(producer.id),
    producerEpoch: producer.epoch,
    topics: [{ topic, partitions: [{ partition, offset: String(offset), metadata: null }] }],
  })
}

/**
 * A request to the coordinator of the transaction. While that is still busy ending the one before, the next one is
 * refused: it is over in a few milliseconds.
 */
const ask = async ({ client, id, producer }: Self, name: string, more: object): Promise<void> => {
  const args = { transactionalId: id, producerId: String(producer.id), producerEpoch: producer.epoch, ...more }
  for (let tries = 0; ; tries++) {
    const coordinator = await client.coordinator('transaction', id)
    try {
      return await coordinator.ask(name, args)
    } catch (error) {
      if (typeOf(error) !== 'CONCURRENT_TRANSACTIONS' || tries > 2000) throw error
      await delay(Math.min(8, 2 ** (tries >> 1)))
    }
  }
}
