import { type Broker, type Client, protocolError } from './client.ts'
import { readInt64 } from './int64.ts'

/** One batch for one partition. */
export interface Parcel {
  readonly topic: string
  readonly partition: number
  /** From `encodeBatch`. */
  readonly batch: Buffer
}

const UNKNOWN_TOPIC_OR_PARTITION = 3

/**
 * Sends parcels to their leaders, all replicas acknowledging: one request for each leader, one after the other. Gives
 * the base offset of each. A parcel names each partition once.
 *
 * Fails  with the first error of the protocol; earlier parcels may have been written
 */
export const produce = async (
  client: Client,
  parcels: readonly Parcel[],
  transactionalId: string | null,
): Promise<readonly number[]> => {
  const leaders = new Map<number, { readonly broker: Broker; readonly places: number[] }>()
  for (const [place, { topic, partition }] of parcels.entries()) {
    const broker = await client.leader(topic, partition)
    if (broker === null) throw protocolError(UNKNOWN_TOPIC_OR_PARTITION)
    const known = leaders.get(broker.nodeId) ?? { broker, places: [] }
    leaders.set(broker.nodeId, known)
    known.places.push(place)
  }
  const offsets: number[] = Array(parcels.length).fill(0)
  for (const { broker, places } of leaders.values()) {
    const sent = places.map(place => parcels[place]!)
    const answers = await broker.send({
      name: 'Produce',
      version: 7,
      body: encodeRequest(sent, transactionalId),
      decode: decodeAnswer,
    })
    for (const [n, place] of places.entries()) {
      const { topic, partition } = sent[n]!
      const answer = answers.find(one => one.topic === topic && one.partition === partition)
      if (answer === undefined) throw protocolError(UNKNOWN_TOPIC_OR_PARTITION)
      if (answer.error !== 0) throw protocolError(answer.error)
      offsets[place] = answer.baseOffset
    }
  }
  return offsets
}

const ALL_REPLICAS = -1
/** How long the leader waits for the other replicas. */
const REPLICAS_MS = 5_000

/** Produce request, version 7: transactional id, acks, timeout, topics of partitions of record sets. */
const encodeRequest = (parcels: readonly Parcel[], transactionalId: string | null): Buffer => {
  const topics = Map.groupBy(parcels, ({ topic }) => topic)
  const pieces: Buffer[] = [text(transactionalId), int16(ALL_REPLICAS), int32(REPLICAS_MS), int32(topics.size)]
  for (const [topic, partitions] of topics) {
    pieces.push(text(topic), int32(partitions.length))
    for (const { partition, batch } of partitions) pieces.push(int32(partition), int32(batch.length), batch)
  }
  return Buffer.concat(pieces)
}

interface Answer {
  readonly topic: string
  readonly partition: number
  readonly error: number
  readonly baseOffset: number
}

const decodeAnswer = (body: Buffer): readonly Answer[] => {
  const answers: Answer[] = []
  let at = 4
  for (let topics = body.readInt32BE(0); topics > 0; topics--) {
    const length = body.readInt16BE(at)
    const topic = body.toString('utf8', at + 2, at + 2 + length)
    at += 2 + length
    let partitions = body.readInt32BE(at)
    at += 4
    for (; partitions > 0; partitions--) {
      const [partition, error] = [body.readInt32BE(at), body.readInt16BE(at + 4)]
      answers.push({ topic, partition, error, baseOffset: error === 0 ? readInt64(body, at + 6) : -1 })
      // Base offset, time of appending, start of the partition.
      at += 6 + 8 + 8 + 8
    }
  }
  return answers
}

const int16 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(2)
  bytes.writeInt16BE(value)
  return bytes
}

const int32 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value)
  return bytes
}

const text = (value: string | null): Buffer =>
  value === null ? int16(-1) : Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
