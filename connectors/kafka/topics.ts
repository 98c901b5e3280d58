import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../../engine/errors.ts'
import { type Client, protocolError } from './client.ts'
import { kafkaFault, typeOf } from './faults.ts'
import { withRetries } from './retry.ts'

/** What a topic must be like. What is not said is as the house keeps its topics. */
export interface TopicSpec {
  /** As the cluster knows it. */
  readonly topic: string
  /** Fixed: keys choose the partition, so another number would give a key another state. Without it: grows by need. */
  readonly partitions?: number
  /** Milliseconds a record is kept, by the time it was written; null, the default, is for ever. */
  readonly retentionMs?: number | null
  /** Keep the last record of each key instead of all. */
  readonly compacted?: boolean
}

export interface TopicsOptions {
  readonly client: Client
  readonly replication: number
  readonly minInSync: number
}

/** The topics of a cluster as this process uses them. */
export interface Topics {
  /** How many partitions the topic has; 0 when it is not there. Asks the cluster once. */
  partitions(topic: string): Promise<number>
  /** Makes sure that the partition is there: the topic is created, or given more partitions, when it may be. */
  ensure(spec: TopicSpec, partition: number): Promise<void>
  /** Creates a topic that is missing, and holds one that is there against what it must be like. */
  declare(spec: TopicSpec): Promise<void>
  drop(topic: string): Promise<void>
  /** Of the topic, what the cluster is asked again. */
  forget(topic: string): void
}

/** Blocks are up to 4,096 rows, with long texts some megabytes. */
const MESSAGE_BYTES = 16 * 1024 * 1024
/** Creating and deleting are done by the controller in its own time. */
const PATIENCE_MS = 20_000
/** A broker that comes up is not counted at once: there may seem to be too few. */
const COMING_UP_MS = 5_000

/** Fails: fault KAFKA_TOPIC when a topic is not what it must be, with the way out; KAFKA_AWAY, KAFKA_DENIED, LOG_IO. */
export const openTopics = (options: TopicsOptions): Topics => {
  const { client } = options
  const counts = openCounts(client)
  const create = async (spec: TopicSpec, count: number): Promise<void> => {
    await patiently(spec.topic, () => createTopic(options, spec, count), ['TOPIC_ALREADY_EXISTS'])
    await counts.settle(spec.topic, found => found > 0)
  }
  const ensure = async (spec: TopicSpec, partition: number): Promise<void> => {
    const { topic } = spec
    const count = await counts.of(topic)
    if (partition < count) return
    if (count === 0) await create(spec, Math.max(partition + 1, spec.partitions ?? 1))
    const found = await counts.of(topic)
    if (partition < found) return
    if (spec.partitions !== undefined) throw tooFew(topic, found, partition)
    await patiently(topic, () => growTopic(client, topic, partition + 1), ['INVALID_PARTITIONS'])
    await counts.settle(topic, now => now > partition)
  }
  /** One at a time for each topic. */
  const ensuring = new Map<string, Promise<void>>()
  return {
    partitions: counts.of,
    ensure(spec, partition) {
      const before = ensuring.get(spec.topic) ?? Promise.resolve()
      const done = before.catch(() => undefined).then(() => ensure(spec, partition))
      ensuring.set(spec.topic, done)
      return done
    },
    async declare(spec) {
      const { topic, partitions = 1 } = spec
      if ((await counts.of(topic)) === 0) await create(spec, partitions)
      await check(options, spec, await counts.of(topic))
    },
    async drop(topic) {
      if ((await counts.ask(topic)) === 0) return
      const request = { topics: [topic], timeout: 10_000 }
      const drop = async (): Promise<unknown> => (await client.controller()).ask('DeleteTopics', request)
      await patiently(topic, drop, ['UNKNOWN_TOPIC_OR_PARTITION'])
      await counts.settle(topic, count => count === 0)
      client.dropped(topic)
    },
    forget: counts.forget,
  }
}

const LEADER_NOT_AVAILABLE = 5

/** How many partitions topics have, as far as the cluster was asked. */
const openCounts = (client: Client) => {
  const known = new Map<string, Promise<number>>()
  const ask = async (topic: string): Promise<number> => (await client.partitions([topic])).get(topic) ?? 0
  const of = (topic: string): Promise<number> => {
    const found =
      known.get(topic) ??
      withRetries(
        () => ask(topic),
        `topic ${topic}`,
        () => client.forget(),
      )
    known.set(topic, found)
    found.then(count => count === 0 && known.delete(topic)).catch(() => known.delete(topic))
    return found
  }
  /** Waits until every broker knows, as far as that can be seen. */
  const settle = (topic: string, isSettled: (count: number) => boolean): Promise<void> =>
    patiently(topic, async () => {
      client.forget()
      const count = await ask(topic)
      known.set(topic, Promise.resolve(count))
      if (count === 0) known.delete(topic)
      if (!isSettled(count) || (count > 0 && (await client.leader(topic, count - 1)) === null))
        throw protocolError(LEADER_NOT_AVAILABLE)
    })
  return { ask, of, settle, forget: (topic: string): void => void known.delete(topic) }
}

const createTopic = async ({ client, replication, minInSync }: TopicsOptions, spec: TopicSpec, count: number) => {
  const { topic, retentionMs = null, compacted = false } = spec
  const entries = {
    'cleanup.policy': compacted ? 'compact' : 'delete',
    // Time of writing decides, but the event time of a tape is long past: nothing is deleted unless it was asked for.
    'retention.ms': String(retentionMs ?? -1),
    'retention.bytes': '-1',
    'max.message.bytes': String(MESSAGE_BYTES),
    'min.insync.replicas': String(minInSync),
    // A broker refuses what is written with a time that is an hour ahead of its own.
    'message.timestamp.type': 'LogAppendTime',
  }
  const configEntries = Object.entries(entries).map(([name, value]) => ({ name, value }))
  const wanted = { topic, numPartitions: count, replicationFactor: replication, configEntries }
  await (await client.controller()).ask('CreateTopics', { topics: [wanted], timeout: 10_000 })
}

const growTopic = async (client: Client, topic: string, count: number): Promise<unknown> =>
  (await client.controller()).ask('CreatePartitions', { topicPartitions: [{ topic, count }], timeout: 10_000 })

/** A topic that was just deleted is there for a moment yet, and the controller may be another one by now. */
const patiently = async (topic: string, act: () => Promise<unknown>, fine: readonly string[] = []): Promise<void> => {
  for (const begun = performance.now(); ; await delay(50)) {
    try {
      await act()
      return
    } catch (error) {
      const causes = [error, ...((error as { errors?: readonly unknown[] }).errors ?? [])]
      if (causes.some(cause => fine.includes(typeOf(cause)))) return
      const isPassing = causes.some(cause => (cause as { retriable?: unknown }).retriable === true)
      const isMissing = causes.some(cause => typeOf(cause) === 'INVALID_REPLICATION_FACTOR')
      const patienceMs = isPassing ? PATIENCE_MS : isMissing ? COMING_UP_MS : 0
      if (performance.now() - begun >= patienceMs) throw kafkaFault(causes.at(-1), `topic ${topic}`)
    }
  }
}

interface Described {
  readonly resources: readonly {
    readonly configEntries: readonly { readonly configName: string; readonly configValue: string | null }[]
  }[]
}

const TOPIC_RESOURCE = 2

const check = async ({ client, minInSync }: TopicsOptions, spec: TopicSpec, count: number): Promise<void> => {
  const { topic, partitions, compacted } = spec
  if (partitions !== undefined && count !== partitions) throw otherPartitions(topic, count, partitions)
  const config = await configOf(client, topic)
  const other = (name: string, way: string): MillraceError =>
    new MillraceError('KAFKA_TOPIC', `topic ${topic} has ${name}=${config.get(name)}${way}`)
  const policy = config.get('cleanup.policy') ?? ''
  if (compacted !== undefined && policy.includes('compact') !== compacted)
    throw other('cleanup.policy', `, expected is ${compacted ? 'compact' : 'delete'}`)
  if (Number(config.get('min.insync.replicas') ?? 1) < minInSync)
    throw other('min.insync.replicas', `, expected is ${minInSync}: raise it, or ask for less with min-in-sync=`)
  // The last of each key is needed for ever.
  const needed = compacted ? null : spec.retentionMs
  if (needed === undefined || !policy.includes('delete')) return
  const loss = (wanted: number): string =>
    `: it would lose what a replay needs; set it to ${wanted}, or name another topic`
  const keptMs = Number(config.get('retention.ms') ?? -1)
  if (keptMs !== -1 && (needed === null || keptMs < needed)) throw other('retention.ms', loss(needed ?? -1))
  if (needed === null && Number(config.get('retention.bytes') ?? -1) !== -1) throw other('retention.bytes', loss(-1))
}

const CHECKED = ['cleanup.policy', 'retention.ms', 'retention.bytes', 'min.insync.replicas']

const configOf = async (client: Client, name: string): Promise<ReadonlyMap<string, string | null>> => {
  const resources = [{ type: TOPIC_RESOURCE, name, configNames: CHECKED }]
  const ask = async (): Promise<Described> => (await client.controller()).ask('DescribeConfigs', { resources })
  // A broker may not know yet what another one has created.
  const { resources: found } = await withRetries(ask, `topic ${name}`, () => client.forget())
  return new Map(found[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]))
}

const otherPartitions = (topic: string, found: number, expected: number): MillraceError => {
  const sentence = `topic ${topic} has ${found} partitions, expected are ${expected}: keys would meet another state`
  return new MillraceError('KAFKA_TOPIC', `${sentence}; copy it to a new topic with ${expected}, or begin a new run`)
}

const tooFew = (topic: string, found: number, partition: number): MillraceError =>
  new MillraceError('KAFKA_TOPIC', `topic ${topic} has ${found} partitions, and partition ${partition} is asked for`)
