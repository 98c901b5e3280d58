import { MillraceError, messageOf } from '../../engine/errors.ts'
import type { Client } from './client.ts'
import { isFenced, isPassing, isUnclear, kafkaFault, typeOf } from './faults.ts'
import { beat, joinRound, type Member, quit } from './member.ts'
import { PATIENCE_MS, restMs } from './retry.ts'
import { openWorkers, type Work, type WorkerStatus, type Workers } from './workers.ts'

export interface GroupState {
  readonly memberId: string
  /** -1 before the first round, and when the place was lost. */
  readonly generation: number
  readonly partitions: ReadonlyMap<number, WorkerStatus>
  /** All that this member has is done, and nothing is on its way to it. */
  readonly isDone: boolean
}

export interface NewcomerOptions {
  readonly member: Member
  /** For what must not wait behind a join. */
  readonly client: Client
  readonly heartbeatMs: number
  readonly work: Work
  readonly changed: (state: GroupState) => void
  readonly retry: (reason: string) => void
}

/** A member and its workers: how they stand. */
export interface Self extends Omit<NewcomerOptions, 'work'> {
  readonly workers: Workers
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

/** A worker may take this share of the time that members wait for each other to keep what it has done. */
const STOP_SHARE = 0.6
/** While partitions are on their way the next round is near. */
const NEAR_MS = 100

export const newcomer = ({ work, ...options }: NewcomerOptions): Self => {
  const { clock, rebalanceTimeoutMs } = options.member
  const workers = openWorkers({
    ...{ work, clock, stopMs: rebalanceTimeoutMs * STOP_SHARE },
    onChange: () => changed(self),
    onFailure: (error, status) => weigh(self, error, status),
  })
  const self: Self = {
    ...{ ...options, workers, claimed: [], bell: new AbortController() },
    ...{ joined: Promise.withResolvers(), over: Promise.withResolvers() },
    ...{ isMoreToCome: true, isJoining: true, isLeaving: false, hasQuit: false },
    ...{ failure: null, fenced: null, tries: 0, troubledAt: 0 },
  }
  return self
}

export const stateOf = ({ member, workers, isJoining, isMoreToCome }: Self): GroupState => {
  const partitions = workers.statuses()
  const isDone = !isJoining && !isMoreToCome && [...partitions.values()].every(status => status === 'done')
  return { memberId: member.id, generation: member.generation, partitions, isDone }
}

export const live = async (self: Self): Promise<void> => {
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
  self.member.generation = -1
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
  const { member, heartbeatMs, isMoreToCome } = self
  if (!owes(self) && self.fenced === null) {
    self.bell = new AbortController()
    await member.clock.sleep(isMoreToCome ? Math.min(NEAR_MS, heartbeatMs) : heartbeatMs, self.bell.signal)
  }
  if (isOver(self)) return
  if (owes(self)) self.isJoining = true
  else {
    const { fenced } = self
    await beat(member)
    if (fenced !== null) fail(self, fenced)
  }
}

/** What an answer of the coordinator, or none, means for the place in the group. Fails: what is for good. */
const judge = async (self: Self, error: unknown): Promise<void> => {
  const { member, retry } = self
  const { clock } = member
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
    retry(`${place}: ${messageOf(error)}`)
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
  else self.retry(messageOf(error))
}

const fail = (self: Self, error: unknown): void => {
  self.failure ??= error
  beginToLeave(self)
}

export const beginToLeave = (self: Self): void => {
  self.isLeaving = true
  self.workers.assign([])
  changed(self)
}

const changed = (self: Self): void => {
  self.bell.abort()
  if (isOver(self)) self.over.resolve()
  self.changed(stateOf(self))
}

/** Without a word the group would wait for the session timeout: as it should for a static member. */
const goodbye = async (self: Self): Promise<void> => {
  const { member, client, isJoining, hasQuit } = self
  if (hasQuit || member.id === '' || (member.instanceId !== null && !isJoining)) return
  self.hasQuit = true
  await quit(member, client).catch(() => undefined)
}
