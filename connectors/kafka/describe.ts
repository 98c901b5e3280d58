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
  const { rows, bytes, lastAt, offset } = last
  const end = Math.max(offset + 1, await reader.end(topic, partition))
  return { topic, partition, schema: namesOf(schemas.of(topic)), end, rows, bytes, firstAt: first.firstAt, lastAt }
}
