import { MillraceError } from '../errors.ts'
import type { Position } from '../log/port.ts'
import { rowAt } from '../log/position.ts'
import type { ActorOptions } from './actor.ts'
import type { Behaviour } from './behaviour.ts'
import { isUndecoded } from './dead-letters.ts'

/** A behaviour that stands where the task's last commit stood. */
export interface Recovered {
  readonly behaviour: Behaviour
  readonly epoch: number
  readonly position: Position
  /** Stepped since the last snapshot, again or for the first time. */
  readonly sinceSnapshot: { rows: number; records: number }
}

/**
 * Takes the task over and brings a new behaviour to its last commit: the last snapshot, then the rows behind it, whose
 * outputs were committed once and are thrown away.
 *
 * Fails  Defect ACTOR_DIVERGED when it does not come to the committed progress; Fault ACTOR_LOST when there is none and
 *        its outputs stand; as the log and the behaviour do
 */
export const recover = async (options: ActorOptions): Promise<Recovered> => {
  const written = await writtenBefore(options)
  const { epoch, position, progress, snapshot } = await options.log.fence(options.task)
  if (progress === null) await checkNew(options, written)
  const behaviour = options.behaviour()
  if (snapshot !== null) behaviour.restore(snapshot.bytes)
  // State that cannot be saved is refused before the first row, not after the last.
  else behaviour.snapshot()
  const sinceSnapshot = await replayTail(options, behaviour, snapshot?.position ?? START, position)
  if (progress !== null && Buffer.compare(progress, behaviour.progress()) !== 0)
    throw diverged(options.task, position, 'its progress there is not the committed one')
  return { behaviour, epoch, position, sinceSnapshot }
}

const START: Position = { offset: 0, row: 0 }

/** The ends of the outputs, before the fence: behind it may stand what the next owner has committed. */
const writtenBefore = ({ log, mailbox, outputs = [] }: ActorOptions): Promise<readonly Written[]> =>
  Promise.all(
    outputs.map(async topic => ({ topic, end: log.capabilities.atomic ? await log.end(topic, mailbox.partition) : 0 })),
  )

interface Written {
  readonly topic: string
  readonly end: number
}

/** A task without a commit has written nothing, however often it was fenced; what an end counts may be marks. */
const checkNew = async ({ task, log, mailbox }: ActorOptions, written: readonly Written[]): Promise<void> => {
  for (const { topic, end } of written)
    for await (const { offset } of log.read(topic, mailbox.partition, 0, { until: end }))
      throw lost(task, `${topic}/${mailbox.partition}/${offset}`)
}

const lost = (task: string, place: string): MillraceError => {
  const sentence = `task ${task} has no commit, and ${place} is a record of it, expected is none`
  return new MillraceError('ACTOR_LOST', `${sentence}: its commits are lost, and it would write all again`)
}

/** Steps the rows [from, to) again; how many there were, and in how many records. */
const replayTail = async (
  { task, log, mailbox, clock }: ActorOptions,
  behaviour: Behaviour,
  from: Position,
  to: Position,
): Promise<Recovered['sinceSnapshot']> => {
  const { topic, partition } = mailbox
  const source = mailbox.log ?? log
  const until = to.row > 0 ? to.offset + 1 : to.offset
  const end = await source.end(topic, partition)
  if (end < until) throw diverged(task, to, `the mailbox ends at offset ${end} now`)
  const stepped = { rows: 0, records: 0 }
  for await (const record of source.read(topic, partition, from.offset, { until })) {
    const first = rowAt(record, from)
    const last = rowAt(record, to)
    const { count } = record.block
    if (last > count) throw diverged(task, to, `the record has ${count} rows now`)
    if (last > first && !isUndecoded(record.block)) behaviour.step(record, first, last)
    behaviour.outputs()
    stepped.rows += last - first
    stepped.records += 1
    await clock.breathe()
  }
  return stepped
}

const diverged = (task: string, { offset, row }: Position, found: string): MillraceError =>
  new MillraceError('ACTOR_DIVERGED', `task ${task} does not come back to its commit at ${offset}#${row}: ${found}`)
