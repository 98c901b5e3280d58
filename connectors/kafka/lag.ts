import type { GroupObservation, GroupPartition } from '../../engine/run/observe.ts'
import { type Client, openClient } from './client.ts'
import { type KafkaConfig, nameInCluster } from './config.ts'
import { kafkaFault } from './faults.ts'
import { committedOffsets } from './group-offsets.ts'
import { openReader, type PartitionReader } from './reader.ts'
import type { Records } from './records.ts'

/** Looks at consumer groups, over connections of its own; it is a member of none. */
export interface GroupWatch {
  /** Every group whose name begins with the prefix of the address; without one, every group of the cluster. */
  groups(): Promise<readonly string[]>
  /** What tells how a group stands: see `groupLag`. Those who ask at the same time share an answer. */
  observe(group: string, topics?: readonly string[]): () => Promise<GroupObservation>
  close(): Promise<void>
}

/** Fails: as `openKafkaLog` does. */
export const openGroupWatch = async (config: KafkaConfig): Promise<GroupWatch> => {
  try {
    const client = await openClient(config)
    // Of few records, little more than the headers counts.
    const reader = await openReader({ client, fetchBytes: 1 })
    return {
      groups: async () => (await groupsOf(client)).filter(group => group.startsWith(nameInCluster(config, ''))),
      observe: (group, topics) => shared(() => groupLag(group, { client, reader, ...(topics ? { topics } : {}) })),
      async close() {
        await reader.close()
        await client.close()
      },
    }
  } catch (error) {
    throw kafkaFault(error, `kafka at ${config.brokers.join(', ')}`)
  }
}

/** One question at a time: while the broker is away, an answer may take longer than the time to the next question. */
const shared = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let asked: Promise<T> | null = null
  return () => {
    asked ??= ask().finally(() => {
      asked = null
    })
    return asked
  }
}

export interface LagOptions {
  readonly client: Client
  /** For event times; a small `fetchBytes` is enough. */
  readonly reader: PartitionReader
  /** What it reads; default: all that it has committed offsets of. */
  readonly topics?: readonly string[]
}

/** Every consumer group that the cluster knows. */
export const groupsOf = async (client: Client): Promise<readonly string[]> => {
  const brokers = await client.brokers()
  const listed = await Promise.all(brokers.map(broker => broker.ask<Listed>('ListGroups', {})))
  return listed.flatMap(({ groups }) => groups.map(({ groupId }) => groupId)).sort()
}

interface Listed {
  readonly groups: readonly { readonly groupId: string }[]
}

/**
 * How far a group has come in each partition of its topics, as the brokers say. `end` is where committed records end,
 * so records of an open transaction are not lag yet. Marks of transactions take offsets, too: a group that was told of
 * its last record and not of the mark behind it lags one, and its lag in event time is 0.
 *
 * Event time of blocks is in their headers; of other records it is the time of the record. It is read only where there
 * is lag, two records a partition: from the last that was read, or if there is none from the first, to the newest.
 *
 * Fails  KAFKA_AWAY at once when the coordinator is away, after five minutes when a leader is. KAFKA_DENIED.
 */
export const groupLag = async (group: string, options: LagOptions): Promise<GroupObservation> => {
  try {
    return await observe(group, options)
  } catch (error) {
    options.client.forget()
    throw kafkaFault(error, `lag of group ${group}`)
  }
}

const observe = async (group: string, { client, reader, topics }: LagOptions): Promise<GroupObservation> => {
  const offsets = await committedOffsets(client, group)
  const names = [...new Set(topics ?? offsets.map(({ topic }) => topic))].sort()
  const counts = names.length === 0 ? [] : [...(await client.partitions(names))]
  const places = counts.flatMap(([topic, count]) =>
    Array.from({ length: count }, (_, partition) => ({ topic, partition })),
  )
  const partitions = places.map(async ({ topic, partition }): Promise<GroupPartition> => {
    const { start: oldest, end } = await reader.bounds(topic, partition)
    const committed = offsets.find(one => one.topic === topic && one.partition === partition)?.offset ?? null
    const lagUs = await behindUs(reader, { topic, partition, oldest, committed: committed ?? oldest, end })
    return { topic, partition, committed, end, oldest, lagUs }
  })
  return { group, partitions: await Promise.all(partitions) }
}

type Range = Omit<GroupPartition, 'lagUs'> & { readonly committed: number }

const behindUs = async (reader: PartitionReader, range: Range): Promise<number | null> => {
  const { oldest, committed, end } = range
  if (committed >= end) return 0
  const newest = await timeBefore(reader, range, end)
  const read =
    (await timeBefore(reader, range, committed)) ?? (await timeFrom(reader, range, Math.max(oldest, committed)))
  return newest === null || read === null ? null : Math.max(0, newest - read)
}

/** Event time of the last record before the offset; null when there is none. */
const timeBefore = async (reader: PartitionReader, range: Range, offset: number): Promise<number | null> => {
  const { topic, partition, oldest } = range
  let until = offset
  // Marks of transactions take offsets, and compaction leaves holes: further back each time.
  for (let many = 2; until > oldest; many *= 4) {
    const from = Math.max(oldest, until - many)
    let at: number | null = null
    for await (const records of reader.read(topic, partition, from, until))
      while (records.next()) at = eventTime(records, 'last-at')
    if (at !== null) return at
    until = from
  }
  return null
}

const timeFrom = async (reader: PartitionReader, range: Range, offset: number): Promise<number | null> => {
  const { topic, partition, end } = range
  for await (const records of reader.read(topic, partition, offset, end))
    if (records.next()) return eventTime(records, 'first-at')
  return null
}

/** Microseconds: of a block as its headers say, of another record its own time. */
const eventTime = (records: Records, header: 'first-at' | 'last-at'): number => {
  const [, told = null] = records.headers().find(([name]) => name === header) ?? []
  return told === null ? records.timestamp * 1000 : Number(Buffer.from(told).toString())
}
