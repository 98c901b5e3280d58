import { MillraceError } from '../../engine/errors.ts'
import { admitSchema, checkOffset, checkTask, checkTopic } from '../../engine/log/check.ts'
import { decodeBlock, type UsedBlocks } from '../../engine/log/codec.ts'
import type { Committed, Log, LogRecord } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { type Client, openClient } from './client.ts'
import type { KafkaConfig } from './config.ts'
import { describe } from './describe.ts'
import { kafkaFault } from './faults.ts'
import { corruptAt, encoded } from './message.ts'
import { openParts, type Parts } from './parts.ts'
import type { PartitionReader } from './reader.ts'
import type { Schemas } from './schemas.ts'
import type { Tasks } from './tasks.ts'
import type { TopicSpec } from './topics.ts'

export interface KafkaLogOptions extends KafkaConfig {
  /** What topics must be like, by their names in this log. Those that are missing are created. */
  readonly topics?: readonly TopicSpec[]
  /** Hears why something is tried again. Must not throw. */
  readonly onRetry?: (reason: string) => void
}

/**
 * A log in the topics of a Kafka cluster, for many processes on many machines.
 *
 * Delivers  What was acknowledged is on all replicas in sync. A commit is one transaction: outputs, position, progress
 *           and snapshot are seen together or never, and only once; at least once, outputs may stand and their commit
 *           does not. Offsets are those of Kafka; marks of transactions take some.
 * Blocks    Nothing; messages for a partition wait for the ones before them, and go together. A broker that is away is
 *           waited for, two minutes for an append and one for a commit.
 * Ends      `close` waits for what was called, then gives the connections back.
 * Fails     Fault KAFKA_AWAY, which says when to try again; usage KAFKA_CONFIG, KAFKA_DENIED, KAFKA_VERSION; Fault
 *           KAFKA_TOPIC when a topic is not what it must be; LOG_FENCED when another process has the task; LOG_GONE
 *           when retention has passed a position; LOG_CORRUPT with topic, partition and offset.
 *
 * @example
 * const log = await openKafkaLog(parseKafka('kafka://127.0.0.1:9092/desk'))
 * await log.append('quotes', 0, [block])
 */
export const openKafkaLog = async (options: KafkaLogOptions): Promise<Log> => {
  const place = `kafka at ${options.brokers.join(', ')}`
  try {
    const client = await openClient(options)
    try {
      await checkVersions(client)
      return await logOn(client, options)
    } catch (error) {
      await client.close()
      throw error
    }
  } catch (error) {
    throw kafkaFault(error, place)
  }
}

/** Requests that we encode ourselves. */
const SPOKEN = { Produce: 7, Fetch: 11, InitProducerId: 3 } as const

const checkVersions = async (client: Client): Promise<void> => {
  const broker = await client.controller()
  for (const [name, needed] of Object.entries(SPOKEN)) {
    const found = broker.version(name)
    if (found >= needed) continue
    throw new MillraceError('KAFKA_VERSION', `the broker speaks ${name} up to version ${found}, needed is ${needed}`)
  }
}

const logOn = async (client: Client, options: KafkaLogOptions): Promise<Log> => {
  const parts = await openParts(client, options)
  const { reader, schemas, appender, sight, tasks, named, ready } = parts
  let closing: Promise<void> | undefined
  const checkOpen = (): void => {
    if (closing !== undefined) throw new MillraceError('LOG_CLOSED', `the log on ${options.brokers} was closed`)
  }
  const whileOpen = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    checkOpen()
    try {
      return await act()
    } catch (error) {
      throw kafkaFault(error, what)
    }
  }
  const endOf = (topic: string, partition: number): Promise<number> => sight.end(named(topic), partition)
  return {
    capabilities: { name: 'kafka', durable: true, shared: true, atomic: options.guarantee === 'exactly-once' },
    topics: () => whileOpen('topics', () => describe(parts)),
    append(topic, partition, blocks) {
      return whileOpen(`${topic}/${partition}`, async () => {
        checkTopic(topic, partition)
        const messages = blocks.map(encoded)
        if (messages.length === 0) return endOf(topic, partition)
        const held = blocks.map(({ schema }) => schema)
        // Among themselves, before anything is known of the topic.
        held.reduce<readonly Schema[]>((before, schema) => admitSchema(topic, before, schema), [])
        const name = named(topic)
        return appender.append(name, partition, messages, ready(name, partition, held))
      })
    },
    read(topic, partition, from, { until } = {}) {
      checkOpen()
      checkOffset(from)
      const end = until === undefined ? endOf(topic, partition) : sight.upTo(named(topic), partition, until)
      end.catch(() => undefined)
      return records({ reader, schemas, topic, name: named(topic), partition, checkOpen }, from, end)
    },
    end: (topic, partition) => whileOpen(`${topic}/${partition}`, () => endOf(topic, partition)),
    arrival: (topic, partition, offset, signal) =>
      whileOpen(`${topic}/${partition}`, () => reader.arrival(named(topic), partition, offset, signal)),
    fence: task =>
      whileOpen(`task ${task}`, async () => {
        checkTask(task)
        return tasks.fence(task)
      }),
    commit: step => whileOpen(`task ${step.task}`, () => tasks.commit(step)),
    committed: task => whileOpen(`task ${task}`, () => lastCommit(tasks, task)),
    lag: (task, topic, partition) =>
      whileOpen(`task ${task}`, async () => {
        const [end, { position }] = await Promise.all([endOf(topic, partition), tasks.last(task)])
        return Math.max(0, end - position.offset)
      }),
    drop: topic => whileOpen(topic, () => drop(parts, named(topic))),
    close: () => (closing ??= close(client, parts)),
  }
}

const lastCommit = async (tasks: Tasks, task: string): Promise<Committed> => {
  const { position, progress } = await tasks.last(task)
  return { position, progress }
}

const drop = async ({ schemas, topics, appender, reader, sight }: Parts, topic: string): Promise<void> => {
  await schemas.drop(topic)
  await topics.drop(topic)
  appender.forget(topic)
  reader.forget(topic)
  sight.forget(topic)
}

/** Who opens the log next sees all that was committed here. */
const close = async (client: Client, { appender, tasks, sight, reader }: Parts): Promise<void> => {
  try {
    await Promise.all([appender.idle(), tasks.idle()])
    await sight.settled()
  } finally {
    await reader.close()
    await client.close()
  }
}

interface Reading {
  readonly reader: PartitionReader
  readonly schemas: Schemas
  readonly topic: string
  /** As the cluster knows it. */
  readonly name: string
  readonly partition: number
  readonly checkOpen: () => void
}

async function* records(
  { reader, schemas, topic, name, partition, checkOpen }: Reading,
  from: number,
  ending: Promise<number>,
): AsyncGenerator<LogRecord> {
  const used: UsedBlocks = new Map()
  const end = await ending
  checkOpen()
  for await (const portion of reader.pass(name, partition, from, end)) {
    while (portion.next()) {
      checkOpen()
      const { offset, bytes, valueStart, valueEnd } = portion
      const value = bytes.subarray(valueStart, valueEnd)
      if (schemaIn(schemas, name, value) === undefined) await schemas.refresh()
      try {
        yield { offset, block: decodeBlock(value, id => schemas.find(name, id), used) }
      } catch (cause) {
        throw corruptAt(topic, partition, offset, cause)
      }
    }
  }
}

/** Where the codec keeps the schema id. */
const SCHEMA_AT = 16

const schemaIn = (schemas: Schemas, topic: string, value: Buffer): Schema | null | undefined =>
  value.length < SCHEMA_AT + 4 ? null : schemas.find(topic, value.readUInt32LE(SCHEMA_AT))
