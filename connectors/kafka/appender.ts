import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../../engine/errors.ts'
import type { Client } from './client.ts'
import { isUnclear, kafkaFault, typeOf } from './faults.ts'
import { type Encoded, lastTold, NOTHING, recordOf, type Totals, totalsBehind } from './message.ts'
import { produce } from './produce.ts'
import { newProducer, type Producer, sequenceBehind } from './producer.ts'
import type { PartitionReader } from './reader.ts'
import { encodeBatch, type NewRecord } from './record-batch.ts'
import { mayPass, newPatience, restMs } from './retry.ts'

/** Writes outside of transactions: in the order of the calls, each message once. */
export interface Appender {
  /** The offset of the first message. `ready` is waited for before anything is sent; its failure is the call's. */
  append(topic: string, partition: number, messages: readonly Encoded[], ready: Promise<void>): Promise<number>
  /** The same for records as they stand. */
  ship(topic: string, partition: number, records: readonly NewRecord[]): Promise<number>
  /** What is known of the topic is found out anew. */
  forget(topic: string): void
  /** Resolves when nothing is on its way. */
  idle(): Promise<unknown>
}

/** One partition, written by one producer with one request on its way: a repeat can only be the one before. */
interface Lane {
  readonly topic: string
  readonly partition: number
  readonly queue: Waiting[]
  working: Promise<void> | null
  producer: Producer | null
  /** Null until the last record was looked at. */
  totals: Totals | null
}

interface Waiting {
  readonly count: number
  readonly bytes: number
  /** The records, and what the partition holds behind them. */
  readonly records: (before: Totals) => { readonly records: readonly NewRecord[]; readonly totals: Totals }
  readonly ready: Promise<void>
  readonly resolve: (offset: number) => void
  readonly reject: (error: unknown) => void
}

/** What waits for a partition goes as one batch, up to about so much. */
const BATCH_BYTES = 900_000
const BATCH_RECORDS = 1000
/** A broker that is away is waited for. */
const PATIENCE_MS = 120_000

export const openAppender = (client: Client, reader: PartitionReader): Appender => {
  const lanes = new Map<string, Lane>()
  const laneOf = (topic: string, partition: number): Lane => {
    const name = `${topic}/${partition}`
    const lane = lanes.get(name) ?? { topic, partition, queue: [], working: null, producer: null, totals: null }
    lanes.set(name, lane)
    return lane
  }
  const work = async (lane: Lane): Promise<void> => {
    while (lane.queue.length > 0) await sendSome(client, reader, lane)
    lane.working = null
  }
  const enqueue = (topic: string, partition: number, waiting: Omit<Waiting, 'resolve' | 'reject'>): Promise<number> =>
    new Promise((resolve, reject) => {
      const lane = laneOf(topic, partition)
      waiting.ready.catch(() => undefined)
      lane.queue.push({ ...waiting, resolve, reject })
      lane.working ??= work(lane)
    })
  return {
    append: (topic, partition, messages, ready) =>
      enqueue(topic, partition, {
        count: messages.length,
        bytes: messages.reduce((sum, { value }) => sum + value.length, 0),
        records: before => recordsBehind(before, messages),
        ready,
      }),
    ship: (topic, partition, records) =>
      enqueue(topic, partition, {
        count: records.length,
        bytes: records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0),
        records: totals => ({ records, totals }),
        ready: Promise.resolve(),
      }),
    forget(topic) {
      for (const [name, lane] of lanes) if (lane.topic === topic) lanes.delete(name)
    },
    idle: () => Promise.all([...lanes.values()].map(({ working }) => working)),
  }
}

/** Sends what waits as one batch. */
const sendSome = async (client: Client, reader: PartitionReader, lane: Lane): Promise<void> => {
  const sending: Waiting[] = []
  let [bytes, count] = [0, 0]
  // What is larger than a batch goes by itself: the broker may refuse it.
  const fits = ({ bytes: more }: Waiting): boolean => bytes + more <= BATCH_BYTES && count < BATCH_RECORDS
  while (lane.queue.length > 0 && (count === 0 || fits(lane.queue[0]!))) {
    const next = lane.queue.shift()!
    try {
      await next.ready
    } catch (error) {
      next.reject(error)
      continue
    }
    sending.push(next)
    count += next.count
    bytes += next.bytes
  }
  if (sending.length === 0) return
  try {
    let offset = await send(client, reader, lane, sending)
    for (const one of sending) {
      one.resolve(offset)
      offset += one.count
    }
  } catch (error) {
    // Nobody knows what the partition holds now: who writes next looks.
    lane.producer = lane.totals = null
    for (const one of sending) one.reject(kafkaFault(error, `${lane.topic}/${lane.partition}`))
  }
}

const send = async (
  client: Client,
  reader: PartitionReader,
  lane: Lane,
  sending: readonly Waiting[],
): Promise<number> => {
  const { topic, partition } = lane
  lane.totals ??= (await lastTold(reader, topic, partition)) ?? NOTHING
  let totals: Totals = lane.totals
  const records: NewRecord[] = []
  for (const one of sending) {
    const built = one.records(totals)
    records.push(...built.records)
    totals = built.totals
  }
  let isUncertain = false
  const patience = newPatience(PATIENCE_MS)
  for (let tries = 1; ; tries++) {
    try {
      lane.producer ??= await newProducer(client)
      const batch = encodeBatch({ records, producer: lane.producer })
      const [offset] = await produce(client, [{ topic, partition, batch }], null)
      lane.producer = sequenceBehind(lane.producer, records.length)
      lane.totals = totals
      return offset!
    } catch (error) {
      // The broker has forgotten the producer, or lost what it wrote: only the log can tell what is there.
      const isForgotten = forgotten.includes(typeOf(error))
      if (isForgotten && isUncertain) {
        const offset = await lookUp(reader, lane, totals, records.length)
        if (offset !== null) return offset
      }
      if (isForgotten) lane.producer = null
      else if (!(mayPass(error) && patience.bears(error))) throw error
      isUncertain ||= isUnclear(error)
      client.forget()
      await delay(restMs(tries))
    }
  }
}

const forgotten: readonly string[] = [
  'UNKNOWN_PRODUCER_ID',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
]

const recordsBehind = (before: Totals, messages: readonly Encoded[]): ReturnType<Waiting['records']> => {
  let totals = before
  const records = messages.map(message => {
    totals = totalsBehind(totals, message)
    return recordOf(message, totals)
  })
  return { records, totals }
}

/**
 * Where the batch lies that an earlier try may have written, by the totals of its last record; null when it is not
 * there. Fails: Fault LOG_IO when the log does not tell.
 */
const lookUp = async (reader: PartitionReader, lane: Lane, totals: Totals, count: number): Promise<number | null> => {
  const { topic, partition } = lane
  lane.producer = null
  const last = await lastTold(reader, topic, partition)
  if (isSame(last ?? NOTHING, lane.totals!)) return null
  if (last === null || !isSame(last, totals)) {
    const sentence = `${topic}/${partition}: the broker has forgotten its writer, and others have written meanwhile`
    throw new MillraceError('LOG_IO', sentence)
  }
  lane.totals = totals
  return last.offset - count + 1
}

const isSame = (one: Totals, other: Totals): boolean => one.rows === other.rows && one.bytes === other.bytes
