import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import type { Client } from './client.ts'
import { isFenced, kafkaFault, typeOf } from './faults.ts'
import { nameOf, type Place } from './feed.ts'
import { leftOpen } from './left-open.ts'
import { type Parcel, produce } from './produce.ts'
import { type Producer, sequenceBehind, TRANSACTION_MS, takeOver } from './producer.ts'
import { batchesOf, encodeBatch, type NewRecord } from './record-batch.ts'
import { mayPass, newPatience, restMs } from './retry.ts'

/** Records for one partition, at least one. */
export interface Shipment extends Place {
  readonly records: readonly NewRecord[]
}

/** How far a consumer group has come, for those who watch it. */
export interface GroupOffset {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/**
 * Whether a try of the work is in the log after all. When not even the work before it can be seen, that stands open,
 * 'behind', or is 'undone': the end of the try was its end, too.
 */
export type Outcome = 'written' | 'not written' | 'behind' | 'undone'

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
  /** Of its records, and of those of all who had the id before. */
  readonly producerId: bigint
  /**
   * Writes all or nothing; the first offset of each shipment of the rest, or none where the log has said that an
   * earlier try was written. What went wrong half way is undone, and tried again while that makes sense; when the end
   * of a transaction is not known, the log is asked.
   *
   * Fails  Fault LOG_FENCED, and nothing of it is ever seen; KAFKA_AWAY after a minute, KAFKA_TOPIC, LOG_IO
   */
  write(work: Work): Promise<readonly number[]>
  /** Ends what stands open in these partitions. Fails: as `write` does. */
  end(places: readonly Place[], how: 'commit' | 'abort'): Promise<void>
}

export interface TransactorOptions {
  readonly client: Client
  readonly id: string
  /** Hears why something is tried again, what is waited for, and what an earlier owner had left open. */
  readonly onRetry: (reason: string) => void
}

const PATIENCE_MS = 60_000
/** What the coordinator has not ended after twice the time of a transaction it will not end for being asked again. */
const ENDING_MS = 2 * TRANSACTION_MS
/** Takes a transactional id over. */
export const openTransactor = async ({ client, id, onRetry }: TransactorOptions): Promise<Transactor> => {
  const producer = await takeOver(client, { id, last: null, patienceMs: PATIENCE_MS, onRetry })
  const known = { sequences: new Map(), touched: new Map(), written: [], changes: 0 }
  const self: Self = { client, id, onRetry, producer, ...known, isSpoilt: false, isFenced: false }
  return {
    get producerId() {
      return self.producer.id
    },
    write: work => write(self, work),
    end(places, how) {
      onRetry(`transaction ${id}: what was left open in ${places.map(nameOf).join(', ')} is ended: ${how}`)
      return underNewEpochs(self, PATIENCE_MS, () => endAgain(self, places, how === 'commit'))
    },
  }
}

interface Self extends TransactorOptions {
  producer: Producer
  /** The next sequence number by partition, under this epoch of the producer. */
  sequences: Map<string, Producer>
  /** Where records of the try were sent, and the partitions of the work that was acknowledged last. */
  touched: Map<string, Place>
  written: readonly Place[]
  /** Of the client's connections, when the end of that was asked for. */
  changes: number
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
const isWritten = (self: Self, { outcome, patienceMs = PATIENCE_MS }: Work): Promise<boolean> => {
  const places = [...self.touched.values()]
  return underNewEpochs(self, patienceMs, async () => {
    const first = await outcome()
    const found = first === 'behind' ? await reveal(self, outcome) : first
    if (found === 'undone') throw undoneFault(self)
    const isSeen = found === 'written'
    const changes = self.client.changes()
    await endAgain(self, places, isSeen)
    if (isSeen) acknowledged(self, places, changes)
    return isSeen
  })
}

/** Goes on under a new epoch after each failure, while that makes sense. */
const underNewEpochs = async <T>(self: Self, patienceMs: number, act: () => Promise<T>): Promise<T> => {
  const patience = newPatience(patienceMs)
  for (let tries = 1; ; tries++) {
    if (self.isSpoilt) await renew(self, patienceMs)
    try {
      return await act()
    } catch (error) {
      self.isSpoilt = true
      if (!mayGoWell(error) || !patience.bears(error)) throw kafkaFault(error, `transaction ${self.id}`)
      await delay(restMs(tries))
    }
  }
}

/** Commits what was acknowledged. Fails: Fault KAFKA_AWAY when it cannot be seen even so. */
const reveal = async (self: Self, outcome: Work['outcome']): Promise<Outcome> => {
  await endAgain(self, self.written, true)
  for (const begun = performance.now(); ; await delay(10)) {
    const found = await outcome()
    if (found !== 'behind') return found
    if (performance.now() - begun > ENDING_MS) throw undoneFault(self)
  }
}

/** All of it is undone, or will be by who fences the task next: nobody has seen it, and it is done again. */
const undoneFault = ({ id }: Self): MillraceError => {
  const sentence = `transaction ${id}: the broker has lost what it acknowledged, so it is to be done again`
  return new MillraceError('KAFKA_AWAY', sentence, { retryAfterMs: 1000 })
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
  await secure(self)
  const [aheadAt = -1] = ahead === null ? [] : await ship(self, [ahead])
  const offsets = await ship(self, rest(aheadAt))
  if (offset !== null) await addOffset(self, offset)
  const changes = self.client.changes()
  await ask(self, 'EndTxn', { transactionResult: true })
  if (self.touched.size > 0) acknowledged(self, [...self.touched.values()], changes)
  return offsets
}

const acknowledged = (self: Self, written: readonly Place[], changes: number): void => {
  self.written = written
  self.changes = changes
}

/**
 * A broker that has begun anew may have forgotten the marks of the work before. They are written before anything comes
 * behind it, whose end would be its end, too.
 */
const secure = async (self: Self): Promise<void> => {
  const { client, written, producer } = self
  const changes = client.changes()
  if (written.length === 0 || changes === self.changes) return
  const left = await Promise.all(written.map(place => leftOpen(client, place, producer.id)))
  await endAgain(
    self,
    written.filter((_, n) => left[n]!.length > 0),
    true,
  )
  self.changes = changes
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
  await addPartitions(self, shipments)
  for (const { topic, partition } of shipments) self.touched.set(`${topic}/${partition}`, { topic, partition })
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
  for (let tries = 0, begun = performance.now(); ; tries++) {
    const coordinator = await client.coordinator('transaction', id)
    try {
      return await coordinator.ask(name, args)
    } catch (error) {
      if (typeOf(error) !== 'CONCURRENT_TRANSACTIONS' || performance.now() - begun > ENDING_MS) throw error
      await delay(Math.min(8, 2 ** (tries >> 1)))
    }
  }
}
