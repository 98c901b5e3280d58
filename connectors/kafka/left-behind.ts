import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../../engine/errors.ts'
import { type CommitRecord, commitsAmong, lastCommit, START, type TaskPlace, type Written } from './commits.ts'
import type { Place } from './feed.ts'
import { lastTold, NOTHING, type Totals } from './message.ts'
import type { PartitionReader } from './reader.ts'
import type { Transactor } from './transaction.ts'

/*
 * A transaction whose marks the broker forgot (transaction.ts) is ended once more by its producer. When that is lost,
 * too, the next owner of the task finds the records open. The next end of its id would be theirs, so it ends them
 * first. All of a transaction counts, or nothing: where any part of it is seen, the rest is made seen; where none is,
 * the rest is undone, and the task does that work again.
 */

/** Who has a task now. */
export interface Heir {
  readonly reader: PartitionReader
  readonly transactor: Transactor
}

/** The last commit of a task, when nothing that belongs to it, or comes behind it, stands open any more. */
export const settleTask = async (
  heir: Heir,
  task: TaskPlace,
  topics: { readonly commits: string; readonly snapshots: string },
): Promise<CommitRecord> => {
  const { reader, transactor } = heir
  const { partition } = task
  const open = await reader.leftOpen(topics.commits, partition, transactor.producerId)
  const { wrote } = commitsAmong(open, task.task).at(-1) ?? START
  const own = Object.values(topics).map(topic => ({ topic, partition }))
  const unseen = await unseenOf(reader, wrote)
  await endAll(heir, [...own, ...wrote], unseen.length < wrote.length ? 'commit' : 'abort')
  const last = await lastCommit(reader, topics.commits, task)
  await endAll(heir, await unseenOf(reader, last.wrote), 'commit')
  return last
}

/** What a partition holds that the task is about to write to, when nothing of an earlier owner stands open there. */
export const settlePlace = async (heir: Heir, place: Place): Promise<Totals> => {
  await endAll(heir, [place], 'abort')
  return (await lastTold(heir.reader, place.topic, place.partition)) ?? NOTHING
}

const unseenOf = async (reader: PartitionReader, wrote: readonly Written[]): Promise<readonly Written[]> => {
  const told = await Promise.all(wrote.map(({ topic, partition }) => lastTold(reader, topic, partition)))
  return wrote.filter(({ rows }, n) => (told[n]?.rows ?? 0) < rows)
}

/** Longer than marks take. */
const PATIENCE_MS = 60_000

const endAll = async (
  { reader, transactor }: Heir,
  places: readonly Place[],
  how: 'commit' | 'abort',
): Promise<void> => {
  for (const begun = performance.now(); ; await delay(5)) {
    const left = await Promise.all(
      places.map(({ topic, partition }) => reader.leftOpen(topic, partition, transactor.producerId)),
    )
    const open = places.filter((_, n) => left[n]!.length > 0)
    if (open.length === 0) return
    if (performance.now() - begun > PATIENCE_MS) throw stuckFault(open[0]!)
    await transactor.end(open, how)
  }
}

const stuckFault = ({ topic, partition }: Place): MillraceError =>
  new MillraceError('LOG_IO', `${topic}/${partition}: what an earlier owner has left open there does not end`)
