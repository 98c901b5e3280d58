import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../../engine/errors.ts'
import type { Client } from './client.ts'
import { isPassing, kafkaFault, typeOf } from './faults.ts'
import type { Place } from './feed.ts'
import { restMs } from './retry.ts'

/** The next offset that a group will read of a partition. */
export interface CommittedOffset extends Place {
  readonly offset: number
}

interface Fetched {
  readonly responses: readonly {
    readonly topic: string
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
  }[]
}

/** All that the group has committed, of whatever topic; what a transaction has not committed yet is not among it. */
export const committedOffsets = async (client: Client, group: string): Promise<readonly CommittedOffset[]> => {
  const coordinator = await client.coordinator('group', group)
  const { responses } = await coordinator.ask<Fetched>('OffsetFetch', { groupId: group, topics: [] })
  return responses.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })),
  )
}

/** A member as it stands: it may be of another generation after the next round. */
export interface Committer {
  readonly id: string
  /** -1 while it has no place in the group. */
  readonly generation: number
}

const STRANGER: Committer = { id: '', generation: -1 }
/** While a round is on, a member stands between two generations; a coordinator moves in less. */
const ROUND_MS = 5_000

/**
 * Notes for a group how far it has come, outside of any transaction: for those who watch its lag. Only a group without
 * members takes that from a stranger.
 *
 * Fails  Fault LOG_FENCED: the group does not know the member, or no longer. KAFKA_AWAY, KAFKA_DENIED.
 */
export const commitOffsets = async (
  client: Client,
  group: string,
  offsets: readonly CommittedOffset[],
  member: Committer = STRANGER,
): Promise<void> => {
  const place = `group ${group}`
  const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([topic, partitions]) => ({ topic, partitions }))
  for (let tries = 1, begun = performance.now(); ; tries++) {
    const { id, generation } = member
    if (member !== STRANGER && generation === -1) throw notKnown(place, member)
    try {
      const coordinator = await client.coordinator('group', group)
      await coordinator.ask('OffsetCommit', { groupId: group, memberId: id, groupGenerationId: generation, topics })
      return
    } catch (error) {
      client.forget()
      const isBetween = between.includes(typeOf(error)) || isPassing(error)
      if (!isBetween || performance.now() - begun > ROUND_MS)
        throw unknown.includes(typeOf(error)) ? notKnown(place, member, error) : kafkaFault(error, place)
      await delay(restMs(tries))
    }
  }
}

const between = ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION']
const unknown = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION']

const notKnown = (place: string, { id }: Committer, cause?: unknown): MillraceError =>
  new MillraceError('LOG_FENCED', `${place} does not know member '${id}'`, { cause })
