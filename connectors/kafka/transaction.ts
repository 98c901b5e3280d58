import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import type { Client } from './client.ts'
import { isFenced, kafkaFault, typeOf } from './faults.ts'
import { type Parcel, produce } from './produce.ts'
import { type Producer, sequenceBehind, TRANSACTION_MS, takeOver } from './producer.ts'
import { encodeBatch, type NewRecord } from './record-batch.ts'
import { mayPass, newPatience, restMs } from './retry.ts'

/** Records for one partition, at least one. */
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

/** Whether a try of the work is in the log after all; 'behind' when not even the work before it can be seen. */
export type Outcome = 'written' | 'not written' | 'behind'

/** All of one transaction. */
export interface Work {
  /** Is written before the rest, which is told its offset. */
  readonly ahead: Shipment | null
  readonly rest: (aheadAt: number) => readonly Shipment[]
  readonly offset: GroupOffset | null
  /** What the log says of it, or of the work before it. */
  readonly outcome: () => Promise<Outcome>
  /** So long it is tried again; default a minute. */
  readonly patienceMs?: number
}

/** The one who writes under a transactional id. */
export interface Transactor {
  /**
   * Writes all or nothing; the first offset of each shipment of the rest, or none where the log has said that an
   * earlier try was written. What went wrong half way is undone, and tried again while that makes sense; when the end
   * of a transaction is not known, the log is asked.
   *
   * Fails  Fault LOG_FENCED, and nothing of it is ever seen; KAFKA_AWAY after a minute, KAFKA_TOPIC, LOG_IO
   */
  write(work: Work): Promise<readonly number[]>
}

export interface TransactorOptions {
  readonly client: Client
  readonly id: string
  /** Hears why something is tried again, and what is waited for. */
  readonly onRetry: (reason: string) => void
}

const PATIENCE_MS = 60_000
/** What the coordinator has not ended after twice the time of a transaction it will not end for being asked again. */
const ENDING_MS = 2 * TRANSACTION_MS
/** The broker takes batches, and requests, of a limited size. */
const BATCH_BYTES = 900_000

/** Takes a transactional id over. */
export const openTransactor = async ({ client, id, onRetry }: TransactorOptions): Promise<Transactor> => {
  const producer = await takeOver(client, { id, last: null, patienceMs: PATIENCE_MS, onRetry })
  const known = { sequences: new Map(), touched: new Map(), written: [] }
  const self: Self = { client, id, onRetry, producer, ...known, isSpoilt: false, isFenced: false }
  return { write: work => write(self, work) }
}

type Place = Pick<Shipment, 'topic' | 'partition'>

interface Self extends TransactorOptions {
  producer: Producer
  /** The next sequence number by partition, under this epoch of the producer. */
  sequences: Map<string, Producer>
  /** The partitions of the try, and those of the work that was acknowledged last. */
  touched: Map<string, Place>
  written: readonly Place[]
  /** Something went wrong under this epoch: nothing more is written under it. */
  isSpoilt: boolean
  isFenced: boolean
}

const write = async (self: Self, work: Work): Promise<readonly number[]> => {
  const { patienceMs = PATIENCE_MS } = work
  if (self.isFenced) throw fencedOff(self, null)
  if (self.isSpoilt) await renew(self, patienceMs)
  const patience = newPatience(patienceMs)
  for (let tries = 1; ; tries++) {
    try {
      return await tryOnce(self, work)
    } catch (error) {
      self.isSpoilt = true
      if (await isWritten(self, work)) return []
      if (!mayGoWell(error) || !patience.bears(error)) throw kafkaFault(error, `transaction ${self.id}`)
      self.onRetry(`transaction ${self.id}: ${messageOf(error)}`)
      await delay(restMs(tries))
    }
  }
}

/**
 * Whether a try that failed is in the log after all. Under a new epoch nothing of the old one can come late: neither
 * records nor its end. Who has been fenced off does not get one; whose transaction took so long that the broker has
 * ended it does, though both hear the same.
 *
 * A broker that was killed while it ended a transaction may call it ended when it is back and write no marks (Kafka
 * 4.3.1, once in 20 kills). Its records stand open then, and the next end would be theirs, too: a commit would make
 * those of a try visible beside those of the next, an abort would undo what was acknowledged. So they are ended first,
 * in the way that the log tells.
 */
const isWritten = async (self: Self, { outcome, patienceMs = PATIENCE_MS }: Work): Promise<boolean> => {
  const places = [...self.touched.values()]
  const patience = newPatience(patienceMs)
  for (let tries = 1; ; tries++) {
    await renew(self, patienceMs)
    try {
      if ((await outcome()) === 'behind') await reveal(self, outcome)
      const isSeen = (await outcome()) === 'written'
      await endAgain(self, places, isSeen)
      if (isSeen) self.written = places
      return isSeen
    } catch (error) {
      self.isSpoilt = true
      if (!mayGoWell(error) || !patience.bears(error)) throw kafkaFault(error, `transaction ${self.id}`)
      await delay(restMs(tries))
    }
  }
}

/** Commits what was acknowledged. Fails: Fault LOG_IO when it cannot be seen even so, and is to be done anew. */
const reveal = async (self: Self, outcome: Work['outcome']): Promise<void> => {
  await endAgain(self, self.written, true)
  for (const begun = Date.now(); (await outcome()) === 'behind'; await delay(10))
    if (Date.now() - begun > ENDING_MS)
      throw new MillraceError('LOG_IO', `transaction ${self.id}: what was acknowledged is not in the log`)
}

const endAgain = async (self: Self, places: readonly Place[], isCommit: boolean): Promise<void> => {
  if (places.length === 0) return
  await addPartitions(self, places)
  await ask(self, 'EndTxn', { transactionResult: isCommit })
}

const mayGoWell = (error: unknown): boolean => mayPass(error) || isFenced(error) || isUndone(error)

/** The broker has ended the transaction by itself, or has forgotten its producer. */
const isUndone = (error: unknown): boolean =>
  ['INVALID_TXN_STATE', 'UNKNOWN_PRODUCER_ID', 'OUT_OF_ORDER_SEQUENCE_NUMBER'].includes(typeOf(error))

const fencedOff = (self: Self, cause: unknown): MillraceError => {
  self.isFenced = true
  const options = cause === null ? {} : { cause }
  return new MillraceError('LOG_FENCED', `another process has taken ${self.id} over`, options)
}

const renew = async (self: Self, patienceMs: number): Promise<void> => {
  self.client.forget()
  try {
    self.producer = await takeOver(self.client, { ...self, last: self.producer, patienceMs })
  } catch (error) {
    throw isFenced(error) ? fencedOff(self, error) : kafkaFault(error, `transaction ${self.id}`)
  }
  self.sequences = new Map()
  self.isSpoilt = false
}

const tryOnce = async (self: Self, { ahead, rest, offset }: Work): Promise<readonly number[]> => {
  self.touched = new Map()
  const [aheadAt = -1] = ahead === null ? [] : await ship(self, [ahead])
  const offsets = await ship(self, rest(aheadAt))
  if (offset !== null) await addOffset(self, offset)
  await ask(self, 'EndTxn', { transactionResult: true })
  if (self.touched.size > 0) self.written = [...self.touched.values()]
  return offsets
}

/** Every partition is named to the coordinator before anything is written to it. */
const addPartitions = async (self: Self, places: readonly Place[]): Promise<void> => {
  const byTopic = Map.groupBy(places, ({ topic }) => topic)
  const topics = [...byTopic].map(([topic, parts]) => ({ topic, partitions: parts.map(({ partition }) => partition) }))
  await ask(self, 'AddPartitionsToTxn', { topics })
}

/** Sends the shipments in batches that the broker takes, one request at a time; the first offset of each. */
const ship = async (self: Self, shipments: readonly Shipment[]): Promise<readonly number[]> => {
  if (shipments.length === 0) return []
  for (const { topic, partition } of shipments) self.touched.set(`${topic}/${partition}`, { topic, partition })
  await addPartitions(self, shipments)
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
  for (let tries = 0, begun = Date.now(); ; tries++) {
    const coordinator = await client.coordinator('transaction', id)
    try {
      return await coordinator.ask(name, args)
    } catch (error) {
      if (typeOf(error) !== 'CONCURRENT_TRANSACTIONS' || Date.now() - begun > ENDING_MS) throw error
      await delay(Math.min(8, 2 ** (tries >> 1)))
    }
  }
}
