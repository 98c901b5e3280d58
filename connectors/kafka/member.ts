import { MillraceError } from '../../engine/errors.ts'
import type { Clock } from '../../engine/time/clock.ts'
import { assign } from './assignment.ts'
import type { Broker, Client } from './client.ts'
import { restMs } from './retry.ts'
import { decodeGiven, decodeSubscription, encodeGiven, encodeSubscription, type Given } from './subscription.ts'

/** A member of a consumer group, as its coordinator knows it. */
export interface Member {
  /** Over connections of its own: a join waits for the other members, and holds up what is sent behind it. */
  readonly client: Client
  readonly clock: Clock
  readonly group: string
  readonly topics: readonly string[]
  /** Of a static member. */
  readonly instanceId: string | null
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  /** '' until the coordinator has given it one. */
  id: string
  /** -1 while it has none. */
  generation: number
}

/** All members of a group speak the same, or the coordinator does not let them in. */
const PROTOCOL = 'millrace'

interface Joined {
  readonly generationId: number
  readonly leaderId: string
  readonly memberId: string
  /** All members, for the leader; for others nobody. */
  readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[]
}

/** Joins, or joins again, with all others: the leader deals out the partitions, and each is told its own. */
export const joinRound = async (member: Member, owned: readonly number[]): Promise<Given> => {
  const { client, group, instanceId: groupInstanceId } = member
  const coordinator = await client.coordinator('group', group)
  const joined = await join(member, coordinator, owned)
  const { generationId, memberId } = joined
  member.id = memberId
  const groupAssignment = joined.leaderId === memberId ? await dealOut(member, joined) : []
  const synced = { groupId: group, generationId, memberId, groupInstanceId, groupAssignment }
  const { memberAssignment } = await coordinator.ask<{ memberAssignment: Buffer }>('SyncGroup', synced)
  member.generation = generationId
  return decodeGiven(memberAssignment)
}

/** Tells the coordinator that this member is alive. */
export const beat = async (member: Member): Promise<void> => {
  const { client, group, id, generation, instanceId } = member
  const coordinator = await client.coordinator('group', group)
  const beat = { groupId: group, groupGenerationId: generation, memberId: id, groupInstanceId: instanceId }
  await coordinator.ask('Heartbeat', beat)
}

/** Gives the place in the group up. `client` is one that no join holds up; what it knows of the group may be old. */
export const quit = async ({ group, id, instanceId }: Member, client: Client): Promise<void> => {
  client.forget()
  const coordinator = await client.coordinator('group', group)
  await coordinator.ask('LeaveGroup', { groupId: group, memberId: id, groupInstanceId: instanceId })
}

const join = async (member: Member, coordinator: Broker, owned: readonly number[]): Promise<Joined> => {
  const { group, topics, generation, instanceId, sessionTimeoutMs, rebalanceTimeoutMs } = member
  const request = (): Promise<Joined> =>
    coordinator.ask('JoinGroup', {
      groupId: group,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: rebalanceTimeoutMs,
      memberId: member.id,
      groupInstanceId: instanceId,
      protocolType: 'consumer',
      groupProtocols: [{ name: PROTOCOL, metadata: encodeSubscription({ topics, owned, generation }) }],
    })
  try {
    return await request()
  } catch (error) {
    const { type, memberId } = error as { readonly type?: string; readonly memberId?: string }
    if (type !== 'MEMBER_ID_REQUIRED') throw error
    // Whoever comes for the first time is told its id, and comes again.
    member.id = memberId!
    return request()
  }
}

const dealOut = async ({ client, clock }: Member, { members }: Joined): Promise<readonly object[]> => {
  const standings = members.map(({ memberId, memberMetadata }) => ({
    member: memberId,
    ...decodeSubscription(memberMetadata),
  }))
  const count = await partitionsOf(client, clock, [...new Set(standings.flatMap(({ topics }) => topics))])
  const { partitions, withheld } = assign(standings, count)
  return standings.map(({ member, topics }) => ({
    memberId: member,
    memberAssignment: encodeGiven(topics, {
      partitions: partitions.get(member)!,
      isMoreToCome: withheld.length > 0,
    }),
  }))
}

/** So long a topic may be missing: while brokers come up they know less than they did. */
const MISSING_MS = 5_000

/** How many partitions the topics have, each of them. Fails: fault KAFKA_TOPIC. */
export const partitionsOf = async (client: Client, clock: Clock, topics: readonly string[]): Promise<number> => {
  // The time counts from the first answer: a broker that was away may have let it wait.
  let begun: number | null = null
  for (let tries = 1; ; tries++) {
    const counts = await client.partitions(topics)
    begun ??= clock.monotonicUs()
    const [first, ...others] = counts
    if (first !== undefined && counts.size === topics.length) {
      const other = others.find(([, count]) => count !== first[1])
      if (other === undefined) return first[1]
      const found = `topic ${first[0]} has ${first[1]} partitions and topic ${other[0]} has ${other[1]}`
      throw new MillraceError('KAFKA_TOPIC', `${found}: who reads them side by side needs as many of each`)
    }
    const missing = topics.filter(topic => !counts.has(topic))
    if (clock.monotonicUs() - begun > MISSING_MS * 1000)
      throw new MillraceError('KAFKA_TOPIC', `there is no topic ${missing.join(', ')}`)
    await clock.sleep(restMs(tries))
  }
}
