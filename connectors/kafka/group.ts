import { type Clock, systemClock } from '../../engine/time/clock.ts'
import type { Client } from './client.ts'
import { kafkaFault } from './faults.ts'
import { type CommittedOffset, commitOffsets } from './group-offsets.ts'
import { partitionsOf } from './member.ts'
import { beginToLeave, type GroupState, live, newcomer, stateOf } from './membership.ts'
import type { Work } from './workers.ts'

export interface GroupOptions {
  readonly client: Client
  readonly group: string
  /** Read side by side: partition p of all of them goes to one member. */
  readonly topics: readonly string[]
  readonly work: Work
  /** Leaves when it aborts. */
  readonly signal?: AbortSignal
  /**
   * Makes a static member: while one with this id is away for less than the session timeout, its partitions wait for it
   * and nothing moves. It does not give up its place when it leaves, but in the middle of a round: others wait for it.
   */
  readonly instanceId?: string
  /** A member that was not heard of for so long is out. Default 10 s; brokers take 6 s to 30 min. */
  readonly sessionTimeoutMs?: number
  /** So long the members wait for each other. Default 30 s; a worker has 60 % of it to stop. */
  readonly rebalanceTimeoutMs?: number
  /** Default 1 s. */
  readonly heartbeatMs?: number
  readonly clock?: Clock
  /** Told when something has changed. Must not throw. */
  readonly onChange?: (state: GroupState) => void
  /** Told of each failure that is tried again, by this member or by the one that takes over. Must not throw. */
  readonly onRetry?: (reason: string) => void
}

export interface Membership {
  state(): GroupState
  /**
   * Notes for the group how far its workers have come. For those who watch its lag: what a worker goes on from is its
   * own affair. Fails: LOG_FENCED when the place in the group is lost; KAFKA_AWAY, KAFKA_DENIED.
   */
  commit(offsets: readonly CommittedOffset[]): Promise<void>
  /** Stops all workers, gives them time to keep what they have done, and leaves. */
  leave(): Promise<void>
  /** When it has left. Fails: what ended it. */
  readonly ended: Promise<void>
}

/**
 * A member of a consumer group, with a worker for each partition that is its own.
 *
 * Partitions that stay are worked on without a break, through any rebalance (cooperative, as KIP-429). Each member
 * joins with what it has; the leader withholds what moves; the member before stops its worker, which keeps what it has
 * done, and joins again without it; only then is it given to the next. So two members work on one partition only when
 * one of them is out without knowing it yet: paused, cut off, or slower to stop than it may be.
 *
 * Being a member is not what makes it exactly once. It keeps work from being done twice; what is done twice is thrown
 * away, because who begins fences the task in the log first, and commits of the one before are refused from then on
 * (LOG_FENCED). So nothing here need be certain: a worker goes on while the coordinator is away, and whether the place
 * is still its own is what the coordinator says when it is back.
 *
 * Heartbeats come by a timer, whatever the workers do; they must let it have a turn (`clock.breathe`). A process that
 * does not for the session timeout is out.
 *
 * Delivers  each partition of the topics to one worker of one member
 * Blocks    `joinGroup` until the first round is over; nothing later on
 * Ends      when the signal aborts or `leave` is called; when a worker fails
 * Fails     what a worker failed with; LOG_FENCED only while the place in the group is still its own: somebody uses the
 *           task without being a member. Usage KAFKA_GROUP: the broker does not let this member in. Usage
 *           KAFKA_INSTANCE: another process has taken its instance id. Fault KAFKA_TOPIC: topics are missing or have
 *           unlike numbers of partitions. KAFKA_AWAY after five minutes without the coordinator: until then it is tried
 *           again, and `onRetry` is told. KAFKA_DENIED.
 *
 * @example
 * const work = (partition, signal) => runPartition(run, partition, signal)
 * const { ended } = await joinGroup({ client, group: 'mean-reversion', topics: ['quotes'], work, signal })
 * await ended
 */
export const joinGroup = async (options: GroupOptions): Promise<Membership> => {
  const { client, group, topics, work, signal, clock = systemClock, instanceId = null } = options
  const { sessionTimeoutMs = 10_000, rebalanceTimeoutMs = 30_000, heartbeatMs = 1_000 } = options
  const own = await connected(options, clock, sessionTimeoutMs)
  const place = { client: own, clock, group, topics, instanceId, id: '', generation: -1 }
  const self = newcomer({
    ...{ member: { ...place, sessionTimeoutMs, rebalanceTimeoutMs }, client, heartbeatMs, work },
    changed: state => options.onChange?.(state),
    retry: reason => options.onRetry?.(reason),
  })
  const leave = (): void => beginToLeave(self)
  signal?.addEventListener('abort', leave)
  if (signal?.aborted) leave()
  const ended = live(self).finally(() => signal?.removeEventListener('abort', leave))
  await Promise.race([self.joined.promise, ended])
  return {
    ended,
    state: () => stateOf(self),
    commit: offsets => commitOffsets(client, group, offsets, self.member),
    leave() {
      leave()
      return ended
    },
  }
}

/** Connections of its own, on which two heartbeats may stay without an answer before the session is over. */
const connected = async (
  { client, group, topics }: GroupOptions,
  clock: Clock,
  sessionTimeoutMs: number,
): Promise<Client> => {
  try {
    await partitionsOf(client, clock, topics)
    return await client.another({ requestTimeoutMs: Math.max(1_000, sessionTimeoutMs / 3) })
  } catch (error) {
    throw kafkaFault(error, `group ${group}`)
  }
}
