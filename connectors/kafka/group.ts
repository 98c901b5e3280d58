import { MillraceError, messageOf } from '../../engine/errors.ts'
import { type Clock, systemClock } from '../../engine/time/clock.ts'
import type { Client } from './client.ts'
import { isFenced, isPassing, isUnclear, kafkaFault, typeOf } from './faults.ts'
import { beat, joinRound, type Member, partitionsOf, quit } from './member.ts'
import { PATIENCE_MS, restMs } from './retry.ts'
import { openWorkers, type Work, type WorkerStatus, type Workers } from './workers.ts'

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
   * and nothing moves. It does not give up its place when it leaves.
   */
  readonly instanceId?: string
  /** A member that was not heard of for so long is out. Default 10 s; brokers take 6 s to 30 min. */
  readonly sessionTimeoutMs?: number
  /** So long the members wait for each other. Default 30 s; a worker has 60 % of it to stop. */
  readonly rebalanceTimeoutMs?: number
  /** Default 1 s. */
  readonly heartbeatMs?: number
  readonly clock?: Clock
  readonly onChange?: (state: GroupState) => void
  /** Told of each failure that is tried again, by this member or by the one that takes over. */
  readonly onRetry?: (reason: string) => void
}

export interface GroupState {
  readonly memberId: string
  /** -1 before the first round, and when the place was lost. */
  readonly generation: number
  readonly partitions: ReadonlyMap<number, WorkerStatus>
  /** All that this member has is done, and nothing is on its way to it. */
  readonly isDone: boolean
}

export interface Membership {
  state(): GroupState
  /** Stops all workers, gives them time to keep what they have done, and leaves. */
  leave(): Promise<void>
  /** When it has left. Fails: what ended it. */
  readonly ended: Promise<void>
}

/**
 * A member of a consumer group, with a worker for each partition that is its own.
 *
 * Partitions that stay are worked on without a break, through any rebalance (cooperative, as KIP-429). Each member joins
 * with what it has; the leader withholds what moves; the member before stops its worker, which keeps what it has done,
 * and joins again without it; only then is it given to the next. So two members work on one partition only when one of
 * them is out without knowing it yet: paused, cut off, or slower to stop than it may be.
 *
 * Being a member is not what makes it exactly once. It keeps work from being done twice; what is done twice is thrown
 * away, because who begins fences the task in the log first, and commits of the one before are refused from then on
 * (LOG_FENCED). So nothing here need be certain: a worker goes on while the coordinator is away, and whether the place is
 * still its own is what the coordinator says when it is back.
 *
 * Heartbeats come by a timer, whatever the workers do; they must let it have a turn (`clock.breathe`). A process that
 * does not for the session timeout is out.
 *
 * Delivers  each partition of the topics to one worker of one member
 * Blocks    `joinGroup` until the first round is over; nothing later on
 * Ends      when the signal aborts or `leave` is called; when a worker fails
 * Fails     what a worker failed with; LOG_FENCED only while the place in the group is still its own: somebody uses the
 *           task without being a member. Usage KAFKA_GROUP: the broker does not let this member in. Usage KAFKA_INSTANCE:
 *           another process has taken its instance id. Fault KAFKA_TOPIC: topics are missing or have unlike numbers of
 *           partitions. KAFKA_AWAY after five minutes without the coordinator: until then it is tried again, and
 *           `onRetry` is told. KAFKA_DENIED.
 */
export const joinGroup = async (options: GroupOptions): Promise<Membership> => {
  const { client, topics, signal, clock = systemClock } = options
  await partitionsOf(client, clock, topics)
  const self = await newcomer(options, clock)
  const leave = (): void => beginToLeave(self)
  signal?.addEventListener('abort', leave)
  if (signal?.aborted) leave()
  const ended = live(self).finally(() => signal?.removeEventListener('abort', leave))
  await Promise.race([self.joined.promise, ended])
  return {
    ended,
    state: () => stateOf(self),
    leave() {
      leave()
      return ended
    },
  }
}

/** A worker may take this share of the time that members wait for each other to keep what it has done. */
const STOP_SHARE = 0.6
/** While partitions are on their way the next round is near. */
const NEAR_MS = 100

interface Self {
  readonly member: Member
  /** The caller's, for what must not wait behind a join. */
  readonly client: Client
  readonly clock: Clock
  readonly heartbeatMs: number
  readonly workers: Workers
  readonly tell: { changed(): void; retry(reason: string): void }
  /** The first round is over; nothing is left to do. */
  readonly joined: PromiseWithResolvers<void>
  readonly over: PromiseWithResolvers<void>
  /** Ends the rest between two heartbeats. */
  bell: AbortController
  /** What the last round began with. */
  claimed: readonly number[]
  isMoreToCome: boolean
  isJoining: boolean
  isLeaving: boolean
  hasQuit: boolean
  failure: unknown
  /** A worker was fenced. Is the place still its own? */
  fenced: unknown
  tries: number
  troubledAt: number
}

const newcomer = async (options: GroupOptions, clock: Clock): Promise<Self> => {
  const { client, group, topics, work, instanceId = null, onRetry, onChange } = options
  const { sessionTimeoutMs = 10_000, rebalanceTimeoutMs = 30_000, heartbeatMs = 1_000 } = options
  const place = { client: await client.another(), clock, group, topics, instanceId, id: '', generation: -1 }
  const workers = openWorkers({
    ...{ work, clock, stopMs: rebalanceTimeoutMs * STOP_SHARE },
    onChange: () => changed(self),
    onFailure: (error, status) => weigh(self, error, status),
  })
  const self: Self = {
    member: { ...place, sessionTimeoutMs, rebalanceTimeoutMs },
    ...{ client, clock, heartbeatMs, workers },
    tell: { changed: () => onChange?.(stateOf(self)), retry: reason => onRetry?.(reason) },
    ...{ joined: Promise.withResolvers(), over: Promise.withResolvers(), bell: new AbortController() },
    ...{ claimed: [], isMoreToCome: true, isJoining: true, isLeaving: false, hasQuit: false },
    ...{ failure: null, fenced: null, tries: 0, troubledAt: 0 },
  }
  return self
}

const stateOf = ({ member, workers, isJoining, isMoreToCome }: Self): GroupState => {
  const partitions = workers.statuses()
  const isDone = !isJoining && !isMoreToCome && [...partitions.values()].every(status => status === 'done')
  return { memberId: member.id, generation: member.generation, partitions, isDone }
}

const live = async (self: Self): Promise<void> => {
  try {
    while (!isOver(self)) await step(self)
  } catch (error) {
    self.failure ??= error
    self.isLeaving = true
    self.workers.lose()
    changed(self)
    await self.over.promise
  }
  await goodbye(self)
  await self.member.client.close()
  if (self.failure !== null) throw self.failure
}

const isOver = ({ isLeaving, workers }: Self): boolean => isLeaving && !workers.areStopping()

/** Something waits for this member to join again without it. */
const owes = ({ workers, claimed }: Self): boolean => {
  const claims = workers.claims()
  return !workers.areStopping() && claimed.some(partition => !claims.includes(partition))
}

const step = async (self: Self): Promise<void> => {
  try {
    if (self.isJoining && !self.isLeaving) await round(self)
    else await stay(self)
    self.tries = 0
  } catch (error) {
    await judge(self, error)
  }
}

const round = async (self: Self): Promise<void> => {
  self.claimed = self.workers.claims()
  const joining = joinRound(self.member, self.claimed)
  await Promise.race([joining, self.over.promise])
  // The coordinator answers the join of one who has left at once.
  if (isOver(self)) await goodbye(self)
  const { partitions, isMoreToCome } = await joining
  self.isJoining = false
  self.isMoreToCome = isMoreToCome
  if (!self.isLeaving) self.workers.assign(partitions)
  self.joined.resolve()
  changed(self)
}

const stay = async (self: Self): Promise<void> => {
  const { clock, heartbeatMs, isMoreToCome } = self
  if (!owes(self) && self.fenced === null) {
    self.bell = new AbortController()
    await clock.sleep(isMoreToCome ? Math.min(NEAR_MS, heartbeatMs) : heartbeatMs, self.bell.signal)
  }
  if (isOver(self)) return
  if (owes(self)) self.isJoining = true
  else {
    const { fenced } = self
    await beat(self.member)
    if (fenced !== null) fail(self, fenced)
  }
}

/** What an answer of the coordinator, or none, means for the place in the group. Fails: what is for good. */
const judge = async (self: Self, error: unknown): Promise<void> => {
  const { member, clock, tell } = self
  const place = `group ${member.group}`
  const type = typeOf(error)
  if (type === 'REBALANCE_IN_PROGRESS') self.isJoining = true
  else if (type === 'ILLEGAL_GENERATION' || type === 'UNKNOWN_MEMBER_ID') {
    if (type === 'UNKNOWN_MEMBER_ID') member.id = ''
    lose(self)
  } else if (type === 'FENCED_INSTANCE_ID') {
    const sentence = `${place}: another process has joined as instance ${member.instanceId}`
    throw new MillraceError('KAFKA_INSTANCE', sentence, { cause: error })
  } else if (refused.includes(type))
    throw new MillraceError('KAFKA_GROUP', `${place}: ${messageOf(error)}`, { cause: error })
  else if (!isPassing(error) && !isUnclear(error)) throw kafkaFault(error, place)
  else {
    self.tries += 1
    if (self.tries === 1) self.troubledAt = clock.monotonicUs()
    if (clock.monotonicUs() - self.troubledAt > PATIENCE_MS * 1000) throw kafkaFault(error, place)
    tell.retry(`${place}: ${messageOf(error)}`)
    member.client.forget()
    await clock.sleep(restMs(self.tries))
  }
}

const refused = ['INCONSISTENT_GROUP_PROTOCOL', 'INVALID_GROUP_ID', 'INVALID_SESSION_TIMEOUT', 'GROUP_MAX_SIZE_REACHED']

/** The place is another one's: no more is done, and this one joins as a new member. */
const lose = (self: Self): void => {
  self.member.generation = -1
  self.isJoining = true
  self.fenced = null
  self.workers.lose()
  changed(self)
}

/** A worker has failed. One that was on its way out leaves the rest to who takes over. */
const weigh = (self: Self, error: unknown, status: WorkerStatus): void => {
  if (status === 'working' && isFenced(error)) self.fenced = error
  else if (status === 'working' || (status === 'stopping' && self.isLeaving && !isFenced(error))) fail(self, error)
  else self.tell.retry(messageOf(error))
}

const fail = (self: Self, error: unknown): void => {
  self.failure ??= error
  beginToLeave(self)
}

const beginToLeave = (self: Self): void => {
  self.isLeaving = true
  self.workers.assign([])
  changed(self)
}

const changed = (self: Self): void => {
  self.bell.abort()
  if (isOver(self)) self.over.resolve()
  self.tell.changed()
}

/** Without a word the group would wait for the session timeout: as it should for a static member. */
const goodbye = async (self: Self): Promise<void> => {
  const { member, client, isJoining, hasQuit } = self
  if (hasQuit || member.id === '' || (member.instanceId !== null && !isJoining)) return
  self.hasQuit = true
  await quit(member, client).catch(() => undefined)
}
