import { admitSchema, checkEpoch, checkTopic } from '../../engine/log/check.ts'
import type { Commit, Restored } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { type CommitRecord, idOf, lastCommit, piecesOf, placeOf, readSnapshot } from './commits.ts'
import { settleTask } from './left-behind.ts'
import { encoded } from './message.ts'
import { type Holding, type StepOptions, writeStep } from './step.ts'
import { openTeller, type Teller } from './teller.ts'
import type { TopicSpec } from './topics.ts'
import { type GroupOffset, openTransactor } from './transaction.ts'

/** Tasks as this process has them: who took one over commits for it, until somebody else does. */
export interface Tasks {
  fence(task: string): Promise<Restored>
  /** One after the other; when one fails, those behind it do too, and the task is to be fenced again. */
  commit(step: Commit): Promise<void>
  /** The last commit, without taking the task over. */
  last(task: string): Promise<CommitRecord>
  /** Resolves when nothing is on its way. */
  idle(): Promise<unknown>
}

export interface TasksOptions extends StepOptions {
  /** Topic and schemas are there. */
  readonly ready: (topic: string, partition: number, schemas: readonly Schema[]) => Promise<void>
  readonly onRetry: (reason: string) => void
}

/** A task that this process has taken over. */
interface Taken extends Holding {
  /** The commits before the next one. */
  queue: Promise<unknown>
}

export const openTasks = (options: TasksOptions): Tasks => {
  const { reader, sight, named } = options
  const tasks = new Map<string, Taken>()
  return {
    async fence(task) {
      const taken = await takeTask(options, task)
      const before = taken.last
      await writeStep(options, taken, { ...before, epoch: before.epoch + 1 })
      tasks.set(task, taken)
      const snapshot = await readSnapshot(reader, named(`${taken.name}.snapshots`), taken, before)
      const { epoch, position, progress } = taken.last
      return { epoch, position, progress, snapshot }
    },
    commit(step) {
      const taken = tasks.get(step.task)
      checkEpoch(step, taken?.last.epoch ?? 0)
      return inTurn(taken!, prepared(options, taken!, step))
    },
    async last(task) {
      const place = placeOf(task)
      const topic = named(`${place.name}.commits`)
      await sight.end(topic, place.partition)
      return lastCommit(reader, topic, place)
    },
    idle: () =>
      Promise.all(
        [...tasks.values()].map(async taken => {
          await taken.queue.catch(() => undefined)
          await taken.teller.rest()
          // What the teller had begun to tell by itself.
          await taken.queue.catch(() => undefined)
        }),
      ),
  }
}

const inTurn = <T>(taken: Taken, act: () => Promise<T>): Promise<T> => {
  const done = taken.queue.then(act)
  done.catch(() => undefined)
  taken.queue = done
  return done
}

/** Fences first and looks afterwards: whoever had the task can not write any more. */
const takeTask = async ({ client, reader, topics, named, onRetry }: TasksOptions, task: string): Promise<Taken> => {
  const place = placeOf(task)
  const { name, partition } = place
  const commits = named(`${name}.commits`)
  const spec: TopicSpec = { topic: commits, compacted: true }
  await topics.ensure(spec, partition)
  await topics.declare(spec)
  const transactor = await openTransactor({ client, id: named(idOf(place)), onRetry })
  const last = await settleTask({ reader, transactor }, place, { commits, snapshots: named(`${name}.snapshots`) })
  const tell = (offset: GroupOffset): Promise<void> =>
    inTurn(taken, async () => {
      const outcome = async () => 'not written' as const
      const work = { ahead: null, rest: () => [], offset, outcome, patienceMs: 0 }
      await transactor.write(work).catch(() => undefined)
    }).catch(() => undefined)
  const teller: Teller = openTeller(tell)
  const taken: Taken = { ...place, transactor, teller, last, totals: new Map(), queue: Promise.resolve() }
  return taken
}

/** Encodes what is the caller's again when this returns. Fails: Defect LOG_SCHEMA, ASSERT. */
const prepared = ({ named, ready, ...options }: TasksOptions, taken: Taken, step: Commit): (() => Promise<void>) => {
  const held = new Map<string, readonly Schema[]>()
  const outputs = step.outputs.map(({ topic, partition, block }) => {
    checkTopic(topic, partition)
    const message = encoded(block)
    held.set(topic, admitSchema(topic, held.get(topic) ?? [], block.schema))
    return { topic: named(topic), partition, message, schemas: () => held.get(topic)! }
  })
  const snapshot = step.snapshot === undefined ? null : piecesOf(step.task, step.snapshot)
  const [progress, { position, mailbox }] = [step.progress.slice(), step]
  return async () => {
    for (const { topic, partition, schemas } of outputs) await ready(topic, partition, schemas())
    await writeStep({ ...options, named }, taken, { ...taken.last, position, progress }, { outputs, snapshot, mailbox })
  }
}
