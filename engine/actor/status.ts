import { isMillraceError } from '../errors.ts'
import type { LogSource, Position } from '../log/port.ts'
import { rowAt } from '../log/position.ts'
import { copyOf, type Histogram, histogram } from '../time/histogram.ts'
import type { ActorCounts, ActorEnd, ActorOptions } from './actor.ts'
import { isUndecoded } from './dead-letters.ts'
import type { Life } from './life.ts'

/** How an actor stands: numbers of this moment, none of them changes any more. */
export interface ActorStatus {
  readonly task: string
  readonly topic: string
  readonly partition: number
  readonly state: ActorState
  /** Stepped up to here, and committed up to there. */
  readonly position: Position
  readonly committed: Position
  /** Event time of the last row stepped; null before the first. */
  readonly lastAt: number | null
  /** How far the mailbox goes; null when its log does not say in time. */
  readonly end: MailboxEnd | null
  readonly counts: Readonly<ActorCounts>
  readonly failures: readonly Failure[]
  /** Of one row: the mean of each record stepped. Microseconds. */
  readonly stepUs: Histogram
  /** From the start of each commit until it was acknowledged. Microseconds. */
  readonly commitUs: Histogram
  /** The last one that this run saved, and the time of day. */
  readonly snapshot: SavedSnapshot | null
}

/** `restoring`: from the last snapshot to the last commit. `restarting`: waits after a failure. */
export type ActorState = 'restoring' | 'running' | 'restarting' | ActorEnd['type']

export interface MailboxEnd {
  /** The next offset to be written. */
  readonly offset: number
  /** Records that are not yet stepped, and not yet committed. */
  readonly depth: number
  readonly lag: number
  /** Event time between the last committed row and the newest one, microseconds; null where a record is gone. */
  readonly lagUs: number | null
}

/** How often the same failure was given the same answer. */
export interface Failure {
  /** Of `engine/errors.ts`; `UNKNOWN` for what the house has not thrown. */
  readonly code: string
  readonly answer: 'resumed' | 'restarted' | 'stopped'
  readonly count: number
}

export interface SavedSnapshot {
  readonly bytes: number
  readonly savedAt: number
}

/** What an actor notes of its work, from life to life. It reads none of it. */
export interface Notes {
  state: ActorState
  readonly counts: ActorCounts
  readonly failures: Map<string, Failure>
  readonly stepUs: Histogram
  readonly commitUs: Histogram
  snapshot: SavedSnapshot | null
}

const STEP_US = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1_000, 10_000]
const COMMIT_US = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000, 2_000_000, 10_000_000]

export const newNotes = (): Notes => ({
  state: 'restoring',
  counts: { rows: 0, commits: 0, snapshots: 0, restarts: 0, deadLetters: 0 },
  failures: new Map(),
  stepUs: histogram(STEP_US),
  commitUs: histogram(COMMIT_US),
  snapshot: null,
})

export const noteFailure = ({ failures }: Notes, error: unknown, answer: Failure['answer']): void => {
  const code = isMillraceError(error) ? error.code : 'UNKNOWN'
  const key = `${code} ${answer}`
  failures.set(key, { code, answer, count: (failures.get(key)?.count ?? 0) + 1 })
}

/** Asks the log where the mailbox ends, and reads all else at one moment, after the answer. */
export const statusOf = async (
  options: ActorOptions,
  notes: Notes,
  lifeNow: () => Life | null,
): Promise<ActorStatus> => {
  const { topic, partition } = options.mailbox
  const end = await inTime(options, () => endOf(options, lifeNow()?.committed ?? START))
  const life = lifeNow()
  const [position, committed] = [life?.position ?? START, life?.committed ?? START]
  return {
    task: options.task,
    topic,
    partition,
    state: notes.state,
    position,
    committed,
    lastAt: life?.lastAt ?? null,
    end: end && { ...end, depth: behind(end.offset, position), lag: behind(end.offset, committed) },
    counts: { ...notes.counts },
    failures: [...notes.failures.values()],
    stepUs: copyOf(notes.stepUs),
    commitUs: copyOf(notes.commitUs),
    snapshot: notes.snapshot,
  }
}

export const START: Position = { offset: 0, row: 0 }

const behind = (end: number, { offset }: Position): number => Math.max(0, end - offset)

/** Longest wait for a log that may be out of reach, milliseconds. */
const ANSWER_MS = 1000

const inTime = async <T>({ clock }: ActorOptions, ask: () => Promise<T>): Promise<T | null> => {
  const answered = new AbortController()
  const none = (): null => null
  try {
    return await Promise.race([ask().catch(none), clock.sleep(ANSWER_MS, answered.signal).then(none)])
  } finally {
    answered.abort()
  }
}

const endOf = async (
  { log, mailbox }: ActorOptions,
  committed: Position,
): Promise<Pick<MailboxEnd, 'offset' | 'lagUs'>> => {
  const { topic, partition, until = Infinity } = mailbox
  const source = mailbox.log ?? log
  const offset = Math.min(until, await source.end(topic, partition))
  if (offset <= committed.offset) return { offset, lagUs: 0 }
  const [newest, done] = await Promise.all([
    timeBefore(source, mailbox, { offset, row: 0 }),
    committed.offset + committed.row === 0 ? null : timeBefore(source, mailbox, committed),
  ])
  return { offset, lagUs: newest === null || done === null ? null : Math.max(0, newest - done) }
}

/** Event time of the last row before a position; null when no record is left there. */
const timeBefore = async (
  source: LogSource,
  { topic, partition }: ActorOptions['mailbox'],
  position: Position,
): Promise<number | null> => {
  const until = position.row > 0 ? position.offset + 1 : position.offset
  // What stands right before it may be marks of the backend.
  for (const back of [1, 8, 64]) {
    let at: number | null = null
    for await (const record of source.read(topic, partition, Math.max(0, until - back), { until }))
      if (!isUndecoded(record.block)) at = record.block.at[rowAt(record, position) - 1] ?? at
    if (at !== null) return at
  }
  return null
}
