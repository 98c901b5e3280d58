import { openClient } from '../../connectors/kafka/client.ts'
import { type KafkaConfig, nameInCluster } from '../../connectors/kafka/config.ts'
import { kafkaFault } from '../../connectors/kafka/faults.ts'
import type { TopicSpec } from '../../connectors/kafka/topics.ts'
import { instruments, intents, orders } from '../../engine/market/topics.ts'
import { checkpoints, equity, executions } from '../../engine/run/topics.ts'

/** What a run writes: as many partitions as its market has, since a task writes to the partition it reads. */
export const topicsOf = async (kafka: KafkaConfig, name: string, market: string): Promise<readonly TopicSpec[]> => {
  const partitions = await partitionsOf(kafka, nameInCluster(kafka, market))
  const books = [instruments, intents, orders, executions, equity, checkpoints].map(topic => topic.name)
  return [
    ...books.map(topic => ({ topic: `${name}.${topic}`, partitions })),
    ...['commits', 'snapshots'].map(topic => ({ topic: `${name}.${topic}`, partitions, compacted: true })),
  ]
}

const partitionsOf = async (kafka: KafkaConfig, topic: string): Promise<number> => {
  try {
    const client = await openClient(kafka)
    try {
      return (await client.partitions([topic])).get(topic) ?? 1
    } finally {
      await client.close()
    }
  } catch (error) {
    throw kafkaFault(error, `kafka at ${kafka.brokers.join(', ')}`)
  }
}
