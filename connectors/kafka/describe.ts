import { namesOf } from '../../engine/log/check.ts'
import type { TopicInfo } from '../../engine/log/port.ts'
import { firstTold, lastTold } from './message.ts'
import type { Parts } from './parts.ts'
import type { PartitionReader } from './reader.ts'
import type { Schemas } from './schemas.ts'

/** From the headers of the first and last record of each partition: nothing else is read. */
export const describe = async ({ reader, topics, schemas, sight, named }: Parts): Promise<readonly TopicInfo[]> => {
  await Promise.all([schemas.refresh(), sight.settled()])
  const infos: TopicInfo[] = []
  for (const name of schemas.topics().filter(topic => topic.startsWith(named('')))) {
    // Others may have given it more partitions.
    topics.forget(name)
    const count = await topics.partitions(name)
    const partitions = Array.from({ length: count }, (_, partition) => partition)
    const found = await Promise.all(partitions.map(partition => infoOf(reader, schemas, name, partition)))
    const topic = name.slice(named('').length)
    for (const info of found) if (info !== null) infos.push({ ...info, topic })
  }
  return infos.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}

const infoOf = async (
  reader: PartitionReader,
  schemas: Schemas,
  topic: string,
  partition: number,
): Promise<TopicInfo | null> => {
  const last = await lastTold(reader, topic, partition)
  if (last === null) return null
  // Others write meanwhile: what stands behind that record is not looked at.
  const { start } = await reader.bounds(topic, partition)
  const first = (await firstTold(reader, topic, partition, { from: start, until: last.offset + 1 })) ?? last
  const end = Math.max(last.offset + 1, await reader.end(topic, partition))
  const [rows, bytes] = [last.rows - first.before.rows, last.bytes - first.before.bytes]
  const { firstAt } = first
  const schema = namesOf(schemas.of(topic))
  return { topic, partition, schema, end, rows, bytes, firstAt, lastAt: last.lastAt }
}
