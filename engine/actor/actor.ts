import { checkTopic } from '../log/check.ts'
import type { Log, LogSource, Position } from '../log/port.ts'
import type { Clock } from '../time/clock.ts'
import type { Behaviour } from './behaviour.ts'
import { deadLettersOf } from './dead-letters.ts'
import { type Life, lifeOf, live, type Poison } from './life.ts'
import { recover } from './recovery.ts'
import { type ActorStatus, type Notes, newNotes, noteFailure, START, statusOf } from './status.ts'
import { judgeOf, type Supervision } from './supervision.ts'

export interface ActorOptions {
  /** Whose progress this is: 'mean-reversion/0'. The actor that took it over last is the one that commits. */
  readonly task: string
  /** Where outputs, position, progress and snapshots are committed as one step. */
  readonly log: Log
  readonly mailbox: Mailbox
  /** A fresh behaviour, for the start and after each failure. */
  readonly behaviour: () => Behaviour
  readonly clock: Clock
  /**
   * Topics that no other task writes to in the partition of the mailbox. A task without a commit is refused when they
   * hold rows: it would write them again. Where the log is not atomic that cannot be told, and is not.
   */
  readonly outputs?: readonly string[]
  /** Commit when so many rows were stepped; sooner before waiting for more, and at the end. Default 262,144. */
  readonly commitRows?: number
  /**
   * Save the state with a commit when so many rows were stepped, or 10,000 records: not time, so that a replay does the
   * same.
   */
  readonly snapshotRows?: number
  readonly supervision?: Supervision
  /** Default: `<task>.dead-letters`, in the partition of the mailbox. */
  readonly deadLetters?: string
  /** Once a block: where the actor stands, rows stepped by this run, event time of the last, null before the first. */
  readonly onProgress?: (position: Position, rows: number, lastAt: number | null) => void
  /** Hears of each turn of the actor's life. Must not throw. */
  readonly watch?: (event: ActorEvent) => void
}

/** A topic partition, the only thing that an actor reads. */
export interface Mailbox {
  /** Where it lies, when not in the log of the outputs. */
  readonly log?: LogSource
  readonly topic: string
  readonly partition: number
  /** Read up to this offset; without it, to the end. */
  readonly until?: number
  /** Wait for more at the end. */
  readonly follow?: boolean
}

export interface ActorEvent {
  readonly type: 'started' | 'resumed' | 'restarted' | ActorEnd['type']
  readonly task: string
  /** Committed up to here. */
  readonly position: Position
  /** What it was about: not with `started`, `finished` and `drained`. */
  readonly error?: unknown
}

/** How it ended, and what stands. */
export type ActorEnd = Ending & {
  readonly task: string
  /** Committed up to here; a commit whose answer was lost may stand behind it. */
  readonly position: Position
  readonly counts: Readonly<ActorCounts>
}

/**
 * `finished`: the mailbox was read to its end. `drained`: the signal asked for it. Both end with a commit; where the
 * signal comes before what failed was done again there is none, and that failure has stopped it.
 */
type Ending = { readonly type: 'finished' | 'drained' } | { readonly type: 'stopped'; readonly error: unknown }

/**
 * What one run of an actor did. Rows that are stepped again after a failure count again; dead letters count when they
 * are committed.
 */
export interface ActorCounts {
  rows: number
  commits: number
  snapshots: number
  restarts: number
  deadLetters: number
}

export interface Actor {
  readonly task: string
  /** Once. */
  run(signal?: AbortSignal): Promise<ActorEnd>
  status(): Promise<ActorStatus>
}

/**
 * Runs a behaviour over its mailbox: recovers the last commit, steps rows in order, and commits outputs, progress and
 * position as one step. Whatever goes wrong, the end is told and not thrown.
 *
 * Fails  what the behaviour and the log fail with and supervision answers with stop; Defect ACTOR_DIVERGED when a
 *        recovery does not come to the committed progress; Fault ACTOR_LOST when `outputs` stand and no commit does;
 *        Fault ACTOR_RESTARTS and ACTOR_POISON when supervision has had enough
 */
export const runActor = (options: ActorOptions, signal?: AbortSignal): Promise<ActorEnd> => actor(options).run(signal)

/** An actor that can be asked how it stands while it runs. */
export const actor = (options: ActorOptions): Actor => {
  const { task, mailbox, deadLetters = deadLettersOf(task) } = options
  checkTopic(deadLetters, mailbox.partition)
  const self: Self = { options, notes: newNotes(), life: null }
  return { task, run: signal => run(self, signal), status: () => statusOf(options, self.notes, () => self.life) }
}

interface Self {
  readonly options: ActorOptions
  readonly notes: Notes
  /** The last that began. */
  life: Life | null
}

const run = async (self: Self, signal?: AbortSignal): Promise<ActorEnd> => {
  const { options, notes } = self
  const { clock, supervision = {} } = options
  const judge = judgeOf(supervision, clock)
  let skip: Poison | null = null
  while (true) {
    let life: Life | null = null
    notes.state = 'restoring'
    try {
      life = lifeOf(await recover(options), options, notes, skip)
      const isFirst = self.life === null
      self.life = life
      notes.state = 'running'
      if (isFirst) tell(self, { type: 'started' })
      return ended(self, { type: await live(life, signal) })
    } catch (thrown) {
      const verdict = judge(thrown, placeOf(self), life?.poison ?? null)
      noteFailure(notes, thrown, verdict.type)
      if (verdict.type === 'stopped') return ended(self, verdict)
      tell(self, { type: verdict.type, error: thrown })
      if (verdict.type === 'resumed') skip = verdict.poison
      else {
        notes.state = 'restarting'
        notes.counts.restarts += 1
        await clock.sleep(verdict.waitMs, signal)
        if (signal?.aborted) return ended(self, failed(self, thrown))
      }
    }
  }
}

/** What it stepped is not what it committed, and to take the task over again might be to take it from the next. */
const failed = ({ notes }: Self, error: unknown): Ending => {
  noteFailure(notes, error, 'stopped')
  return { type: 'stopped', error }
}

type Turn = Pick<ActorEvent, 'type' | 'error'>

const tell = (self: Self, turn: Turn): void =>
  self.options.watch?.({ task: self.options.task, position: committedOf(self), ...turn })

const ended = (self: Self, how: Ending): ActorEnd => {
  self.notes.state = how.type
  tell(self, how)
  return { task: self.options.task, position: committedOf(self), counts: { ...self.notes.counts }, ...how }
}

const committedOf = ({ life }: Self): Position => life?.committed ?? START

const placeOf = ({ options, life }: Self): string => {
  const { offset, row } = life?.position ?? START
  return `${options.mailbox.topic}/${options.mailbox.partition}/${offset}#${row}`
}
