import { type KafkaConfig, nameInCluster } from '../../connectors/kafka/config.ts'
import type { TopicSpec } from '../../connectors/kafka/topics.ts'
import { instruments, intents, orders } from '../../engine/market/topics.ts'
import { checkpoints, equity, executions } from '../../engine/run/topics.ts'

/** What a run writes: as many partitions as its market has, since a task writes to the partition it reads. */
export const topicsOf = (kafka: KafkaConfig, name: string, partitions: number): readonly TopicSpec[] => {
  const books = [instruments, intents, orders, executions, equity, checkpoints].map(topic => topic.name)
  const spec = (topic: string): TopicSpec => ({ topic: nameInCluster(kafka, `${name}.${topic}`), partitions })
  return [...books.map(spec), ...['commits', 'snapshots'].map(topic => ({ ...spec(topic), compacted: true }))]
}
