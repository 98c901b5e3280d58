import { isDeepStrictEqual } from 'node:util'
import { deadLettersOf } from '../../engine/actor/dead-letters.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { Log, LogSource, TopicInfo } from '../../engine/log/port.ts'
import { scopedLog } from '../../engine/log/scoped.ts'
import { intents, orders } from '../../engine/market/topics.ts'
import { type CommittedRun, committedRun } from '../../engine/run/committed.ts'
import { type Digests, taskOf } from '../../engine/run/digests.ts'
import { type ReplayEnd, replayRun } from '../../engine/run/replay.ts'
import { executions } from '../../engine/run/topics.ts'
import { systemClock } from '../../engine/time/clock.ts'
import type { Plan } from '../manifest.ts'
import { near } from '../near.ts'
import { strategyOf } from '../strategies.ts'
import { type Part, readNotes } from './notes.ts'

/** What a partition of a run has recorded, and what its replay came to. */
export interface Again {
  readonly partition: number
  /** Rows of its last commit: so far it is replayed. */
  readonly committed: number
  /** The digests there. A commit has none of the state: only where it is noted there, too. */
  readonly recorded: Partial<Digests>
  readonly end: ReplayEnd
  /** What it noted last; who goes on and is killed notes nothing. Null when nobody has. */
  readonly noted: Noted | null
}

type Noted = Pick<Part, 'rows' | 'digests'>

export interface AgainOptions {
  readonly log: Log
  readonly mailbox: LogSource
  readonly name: string
  readonly onProgress: (rows: number, all: number) => void
  readonly signal: AbortSignal
}

/**
 * Steps the recorded mailbox of a run in a shared log again, one partition after the other: each as far as it is
 * committed, whether it ended, was killed there, or goes on. Fails: usage CLI_NAME; fault CLI_RUN.
 */
export const replayAgain = async (options: AgainOptions): Promise<readonly Again[]> => {
  const { log, name, onProgress } = options
  const own = scopedLog(log, name)
  const { plan, partitions, results } = await readNotes(own)
  if (plan === null) throw noRun(name, await log.topics())
  const places = new Set([...results.keys(), ...Array(partitions ?? 0).keys()])
  const began = await Promise.all([...places].map(partition => standOf(own, name, partition)))
  const stands = began.filter(({ partition, committed }) => committed !== null || results.has(partition))
  if (stands.length === 0) throw new MillraceError('CLI_RUN', `run '${name}' has not committed anything yet`)
  const all = stands.reduce((sum, { committed }) => sum + (committed?.rows ?? 0), 0)
  const found: Again[] = []
  let done = 0
  const replayed = (stand: Stand): Promise<Again> =>
    replayTo(
      stand,
      { ...options, onProgress: rows => onProgress(done + rows, all) },
      plan,
      results.get(stand.partition),
    )
  for (const stand of stands.sort((a, b) => a.partition - b.partition)) {
    const part = await replayed(stand)
    // Of a run that goes on, the last commit and its outputs may not have been seen as one.
    const now = isEqual(part) ? stand : await standOf(own, name, stand.partition)
    found.push(isDeepStrictEqual(now, stand) ? part : await replayed(now))
    done += part.end.rows
  }
  return found
}

/** How far a partition is committed, and where its outputs ended then. */
interface Stand {
  readonly partition: number
  readonly committed: CommittedRun | null
  readonly ends: ReadonlyMap<string, number>
}

/** Of a run that goes on it is looked at until nothing was written between. */
const standOf = async (own: Log, name: string, partition: number): Promise<Stand> => {
  const task = taskOf(name, partition)
  const topics = [intents.name, orders.name, executions.name, deadLettersOf(task)]
  const look = async (): Promise<Stand['ends']> =>
    new Map(await Promise.all(topics.map(async topic => [topic, await own.end(topic, partition)] as const)))
  let ends = await look()
  while (true) {
    const committed = await committedRun(own, task)
    const now = await look()
    if (isDeepStrictEqual(now, ends)) return { partition, committed, ends }
    ends = now
  }
}

const replayTo = async (
  { partition, committed, ends }: Stand,
  { log, mailbox, name, onProgress, signal }: AgainOptions,
  plan: Plan,
  part: Part | undefined,
): Promise<Again> => {
  const { params, tape, startBalance, currency, from, to, mode, venue = {} } = plan
  const { strategy } = await strategyOf(plan.strategyFile ?? plan.strategy)
  const range = { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) }
  const { rows, digests } = committed ?? { rows: 0, digests: {} }
  const noted = part === undefined ? null : { rows: part.rows, digests: part.digests }
  const end = await replayRun(
    {
      ...{ name, strategy, params, startBalance, currency, rows, mode, clock: systemClock, ...range },
      log: endingAt(scopedLog(log, name), ends),
      fillsFrom: venue.fillsFrom ?? 'quotes',
      tape: { log: mailbox, topic: tape.topic, partition },
      ...(noted === null ? {} : { noted }),
      onProgress: progress => onProgress(progress.rows, rows),
    },
    signal,
  )
  const recorded = { ...(noted?.rows === rows ? noted.digests : {}), ...digests }
  return { partition, committed: rows, recorded, end, noted }
}

/** What comes later, of who still goes on, is not read. */
const endingAt = (log: Log, ends: Stand['ends']): Log => ({
  ...log,
  read(topic, partition, from) {
    const until = ends.get(topic)
    return log.read(topic, partition, from, until === undefined ? {} : { until })
  },
})

/** What is noted must be committed, too. */
export const isEqual = ({ recorded, end, noted }: Again): boolean =>
  end.difference === null &&
  isSame(recorded, end.digests) &&
  (noted === null || (end.noted !== undefined && isSame(noted.digests, end.noted)))

const isSame = (recorded: Partial<Digests>, replayed: Digests): boolean =>
  Object.entries(recorded).every(([kind, digest]) => replayed[kind as keyof Digests] === digest)

/** The runs of a log, by their notes. */
export const runsOf = (infos: readonly TopicInfo[]): readonly string[] => {
  const topics = new Set(infos.map(({ topic }) => topic))
  return [...topics].filter(topic => topic.endsWith('.run')).map(topic => topic.slice(0, -'.run'.length))
}

export const noRun = (name: string, infos: readonly TopicInfo[]): MillraceError => {
  const known = runsOf(infos)
  return new MillraceError(
    'CLI_NAME',
    `no run '${name}'${near(name, known)}; there are: ${known.join(', ') || 'none yet'}`,
  )
}
