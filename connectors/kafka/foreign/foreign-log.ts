import { assert } from '../../../engine/assert.ts'
import type { LogSource } from '../../../engine/log/port.ts'
import type { PartitionReader } from '../reader.ts'
import type { Decoder } from './decoder.ts'
import type { Tally } from './findings.ts'
import { blocksOf, type ForeignTopic, foreignTopic } from './foreign-topic.ts'
import type { SchemaOf } from './registry.ts'

export interface ForeignOptions {
  readonly reader: Pick<PartitionReader, 'pass' | 'end' | 'arrival' | 'bounds'>
  /** By topic. */
  readonly decoders: Readonly<Record<string, Decoder>>
  /** Where Avro finds its schemas: `schemaRegistry`, or a map of them. */
  readonly schemaOf?: SchemaOf
}

/** Topics of somebody else as mailboxes: to be read, not written. */
export interface ForeignLog extends LogSource {
  /** What this log has read of a topic so far. */
  tally(topic: string): Tally
}

/**
 * Topics with one message for each tick, read through their declared decoders.
 *
 * A record is a row, and the rows that have arrived are a block; where a block ends does not matter to who steps it:
 * each row keeps the position of its record. A record that gives no row is a dead letter in its turn, with its bytes
 * and the reason; one without a value is passed over. The definitions of the decoder's instruments stand in front of
 * the record at offset 0, whether it is still there or not: they are the rows {0, 0}, {0, 1} ..., from the time of the
 * first record on. So the same records give the same rows at the same positions, from wherever they are read.
 *
 * Delivers  every committed record once, in order: rows, and dead letters between them
 * Blocks    nothing is read before it is asked for, but for what the reader fetches ahead
 * Late      rows are taken in any order of time
 * Ends      at `until`, or at the end of the partition
 * Fails     when it is made: usage KAFKA_DECODER, TIME_ZONE. Fault KAFKA_REGISTRY; as the reader does, but that a read
 *           from 0 begins where retention has left the topic
 */
export const foreignLog = ({ reader, decoders, schemaOf }: ForeignOptions): ForeignLog => {
  const topics = new Map<string, ForeignTopic>()
  for (const [topic, decoder] of Object.entries(decoders)) topics.set(topic, foreignTopic(decoder, schemaOf))
  const topicOf = (topic: string): ForeignTopic => {
    const found = topics.get(topic)
    assert(found !== undefined, `topic ${topic} has no decoder`)
    return found
  }
  return {
    async *read(topic, partition, from, { until } = {}) {
      const start = from === 0 ? (await reader.bounds(topic, partition)).start : from
      const portions = reader.pass(topic, partition, start, until)
      yield* blocksOf(topicOf(topic), { topic, partition }, from, portions)
    },
    end: (topic, partition) => reader.end(topic, partition),
    arrival: (topic, partition, offset, signal) => reader.arrival(topic, partition, offset, signal),
    tally: topic => structuredClone(topicOf(topic).tally),
  }
}
