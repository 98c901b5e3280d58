import type { Client } from './client.ts'

/** What ListOffsets takes for a time. */
export const EARLIEST = -2
export const LATEST = -1
const READ_COMMITTED = 1

interface Listed {
  readonly responses: readonly { readonly partitions: readonly { readonly offset: string }[] }[]
}

/**
 * The first offset of a partition whose record has this time or a later one: -1 when there is none, and null when there
 * is no such partition. `LATEST` is where committed records end, `EARLIEST` where those begin that are still there.
 */
export const offsetAt = async (
  client: Client,
  topic: string,
  partition: number,
  timestamp: number,
): Promise<number | null> => {
  const leader = await client.leader(topic, partition)
  if (leader === null) return null
  const { responses } = await leader.ask<Listed>('ListOffsets', {
    replicaId: -1,
    isolationLevel: READ_COMMITTED,
    topics: [{ topic, partitions: [{ partition, timestamp }] }],
  })
  return Number(responses[0]!.partitions[0]!.offset)
}
