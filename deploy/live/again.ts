import { MillraceError } from '../../engine/errors.ts'
import type { Log, LogSource, TopicInfo } from '../../engine/log/port.ts'
import { scopedLog } from '../../engine/log/scoped.ts'
import type { Digests } from '../../engine/run/digests.ts'
import { type ReplayEnd, replayRun } from '../../engine/run/replay.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { near } from '../near.ts'
import { strategyOf } from '../strategies.ts'
import { readNotes } from './notes.ts'

/** What a partition of a run has recorded, and what its replay came to. */
export interface Again {
  readonly partition: number
  readonly recorded: Digests
  readonly end: ReplayEnd
}

export interface AgainOptions {
  readonly log: Log
  readonly mailbox: LogSource
  readonly name: string
  readonly onProgress: (rows: number, all: number) => void
  readonly signal: AbortSignal
}

/** Steps the recorded mailbox of a run in a shared log again, one partition after the other. Fails: usage CLI_NAME. */
export const replayAgain = async (options: AgainOptions): Promise<readonly Again[]> => {
  const { log, mailbox, name, onProgress, signal } = options
  const own = scopedLog(log, name)
  const { plan, results } = await readNotes(own)
  if (plan === null) throw noRun(name, await log.topics())
  if (results.size === 0) throw new MillraceError('CLI_RUN', `run '${name}' has not come to an end yet`)
  const { params, tape, startBalance, currency, from, to, mode, venue = {} } = plan
  const { strategy } = await strategyOf(plan.strategyFile ?? plan.strategy)
  const all = [...results.values()].reduce((sum, { rows }) => sum + rows, 0)
  const range = { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) }
  const found: Again[] = []
  let done = 0
  for (const [partition, { digests, rows }] of [...results].sort(([a], [b]) => a - b)) {
    const end = await replayRun(
      {
        ...{ name, strategy, params, startBalance, currency, rows, mode, log: own, clock: systemClock, ...range },
        fillsFrom: venue.fillsFrom ?? 'quotes',
        tape: { log: mailbox, topic: tape.topic, partition },
        onProgress: progress => onProgress(done + progress.rows, all),
      },
      signal,
    )
    done += end.rows
    found.push({ partition, recorded: digests, end })
  }
  return found
}

export const isEqual = ({ recorded, end }: Again): boolean =>
  end.difference === null &&
  Object.entries(recorded).every(([kind, digest]) => end.digests[kind as keyof Digests] === digest)

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
