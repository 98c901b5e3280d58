import type { Schema } from '../../engine/market/topic.ts'
import { type Appender, openAppender } from './appender.ts'
import type { Client } from './client.ts'
import { type KafkaConfig, nameInCluster } from './config.ts'
import { openReader, type PartitionReader } from './reader.ts'
import { openSchemas, type Schemas } from './schemas.ts'
import { openSight, type Sight } from './sight.ts'
import { openTasks, type Tasks } from './tasks.ts'
import { openTopics, type TopicSpec, type Topics } from './topics.ts'

/** What a log in topics is made of. */
export interface Parts {
  readonly reader: PartitionReader
  readonly topics: Topics
  readonly schemas: Schemas
  readonly appender: Appender
  readonly sight: Sight
  readonly tasks: Tasks
  /** As the cluster knows the topic. */
  readonly named: (topic: string) => string
  /** Topic and schemas are there; the topic as the cluster knows it. */
  readonly ready: (topic: string, partition: number, schemas: readonly Schema[]) => Promise<void>
}

interface PartsOptions extends KafkaConfig {
  readonly topics?: readonly TopicSpec[]
  readonly onRetry?: (reason: string) => void
}

export const openParts = async (client: Client, options: PartsOptions): Promise<Parts> => {
  const { rack, onRetry } = options
  const reader = await openReader({ client, rack, ...(onRetry ? { onRetry } : {}) })
  try {
    return await partsOn(client, reader, options)
  } catch (error) {
    await reader.close()
    throw error
  }
}

const partsOn = async (client: Client, reader: PartitionReader, options: PartsOptions): Promise<Parts> => {
  const { guarantee, replication, minInSync, topics: specs = [], onRetry = () => undefined } = options
  const named = (topic: string): string => nameInCluster(options, topic)
  const topics = openTopics({ client, replication, minInSync })
  const schemas = await openSchemas({ client, reader, topics, topic: named('millrace.schemas') })
  const declared = new Map(specs.map(spec => [named(spec.topic), { ...spec, topic: named(spec.topic) }]))
  await Promise.all([...declared.values()].map(topics.declare))
  const ready: Parts['ready'] = async (topic, partition, held) => {
    await schemas.admit(topic, held)
    await topics.ensure(declared.get(topic) ?? { topic }, partition)
  }
  const [appender, sight] = [openAppender(client, reader), openSight(reader)]
  const tasks = openTasks({ client, reader, topics, appender, sight, named, ready, guarantee, onRetry })
  return { reader, topics, schemas, appender, sight, tasks, named, ready }
}
