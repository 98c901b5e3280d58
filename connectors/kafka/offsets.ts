import type { Client } from './client.ts'
import type { Place } from './feed.ts'

/** What ListOffsets takes for a time. */
export const EARLIEST = -2
export const LATEST = -1

/** What counts as there: only what was committed, or all that came. */
export type Isolation = 'uncommitted' | 'committed'

/** As the protocol knows them. */
export const levels: Readonly<Record<Isolation, number>> = { uncommitted: 0, committed: 1 }

interface Listed {
  readonly responses: readonly { readonly partitions: readonly { readonly offset: string }[] }[]
}

/**
 * The first offset of a partition whose record has this time or a later one: -1 when there is none, and null when there
 * is no such partition. `LATEST` is where records end that count, `EARLIEST` where those begin that are still there.
 */
export const offsetAt = async (
  client: Client,
  { topic, partition }: Place,
  timestamp: number,
  isolation: Isolation = 'committed',
): Promise<number | null> => {
  const leader = await client.leader(topic, partition)
  if (leader === null) return null
  const { responses } = await leader.ask<Listed>('ListOffsets', {
    replicaId: -1,
    isolationLevel: levels[isolation],
    topics: [{ topic, partitions: [{ partition, timestamp }] }],
  })
  return Number(responses[0]!.partitions[0]!.offset)
}
