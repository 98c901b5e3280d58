import { admitSchema, checkEpoch, checkTopic } from '../../engine/log/check.ts'
import type { Commit, Restored } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
import type { Appender } from './appender.ts'
import type { Client } from './client.ts'
import {
  type CommitRecord,
  lastCommit,
  piecesOf,
  placeOf,
  readSnapshot,
  recordOfCommit,
  type TaskPlace,
} from './commits.ts'
import { type Encoded, encoded, lastTold, NOTHING, recordOf, type Totals, totalsBehind } from './message.ts'
import type { PartitionReader } from './reader.ts'
import type { NewRecord } from './record-batch.ts'
import type { Sight } from './sight.ts'
import type { Topics } from './topics.ts'
import { type GroupOffset, openTransactor, type Shipment, type Transactor } from './transaction.ts'

/** Tasks as this process has them: who took one over commits for it, until somebody else does. */
export interface Tasks {
  fence(task: string): Promise<Restored>
  commit(step: Commit): Promise<void>
  /** The last commit, without taking the task over. */
  last(task: string): Promise<CommitRecord>
  /** Resolves when nothing is on its way. */
  idle(): Promise<unknown>
}

export interface TasksOptions {
  readonly client: Client
  readonly reader: PartitionReader
  readonly topics: Topics
  readonly appender: Appender
  readonly sight: Sight
  readonly named: (topic: string) => string
  /** Topic and schemas are there. */
  readonly ready: (topic: string, partition: number, schemas: readonly Schema[]) => Promise<void>
  readonly guarantee: 'exactly-once' | 'at-least-once'
}

/** A task that this process has taken over. */
interface Holding extends TaskPlace {
  readonly transactor: Transactor | null
  last: CommitRecord
  /** Of each partition that the task writes to. */
  readonly totals: Map<string, Totals>
  /** When the consumer group was last told, milliseconds. */
  toldAt: number
  /** The commits before the next one. */
  queue: Promise<unknown>
}

/** A consumer group is told of a commit at most so often: those who watch lag do not look more often. */
const TOLD_MS = 100

export const openTasks = (options: TasksOptions): Tasks => {
  const holdings = new Map<string, Holding>()
  const last = async (task: string): Promise<CommitRecord> => {
    const place = placeOf(task)
    return lastCommit(options.reader, options.named(`${place.name}.commits`), place)
  }
  return {
    last,
    async fence(task) {
      const holding = await takeTask(options, task)
      const before = holding.last
      await write(options, holding, { ...before, epoch: before.epoch + 1 }, { task, outputs: [] })
      holdings.set(task, holding)
      const topic = options.named(`${holding.name}.snapshots`)
      const snapshot = await readSnapshot(options.reader, topic, holding, before)
      const { epoch, position, progress } = holding.last
      return { epoch, position, progress, snapshot }
    },
    commit(step) {
      const holding = holdings.get(step.task)
      checkEpoch(step, holding?.last.epoch ?? 0)
      const outputs = step.outputs.map(output => {
        checkTopic(output.topic, output.partition)
        return { ...output, topic: options.named(output.topic), message: encoded(output.block) }
      })
      const held = new Map<string, readonly Schema[]>()
      for (const { topic, block } of outputs) held.set(topic, admitSchema(topic, held.get(topic) ?? [], block.schema))
      const parcels = outputs.map(({ topic, partition, message }) => ({ topic, partition, message }))
      const snapshot = step.snapshot === undefined ? null : piecesOf(step.task, step.snapshot)
      const progress = step.progress.slice()
      const act = async (): Promise<void> => {
        for (const { topic, partition } of parcels) await options.ready(topic, partition, held.get(topic)!)
        const { position, mailbox } = step
        const next = { ...holding!.last, position, progress }
        await write(options, holding!, next, { task: step.task, outputs: parcels, snapshot, mailbox })
      }
      const done = holding!.queue.then(act)
      holding!.queue = done.catch(() => undefined)
      return done
    },
    idle: () => Promise.all([...holdings.values()].map(({ queue }) => queue)),
  }
}

/** Fences first and looks afterwards: whoever had the task can not write any more. */
const takeTask = async (options: TasksOptions, task: string): Promise<Holding> => {
  const { client, reader, topics, named, guarantee } = options
  const place = placeOf(task)
  const commits = named(`${place.name}.commits`)
  await topics.ensure({ topic: commits, compacted: true }, place.partition)
  const id = named(`${place.name}.${place.partition}${task === `${place.name}/${place.partition}` ? '' : `.${task}`}`)
  const transactor = guarantee === 'exactly-once' ? await openTransactor(client, id) : null
  const last = await lastCommit(reader, commits, place)
  return { ...place, transactor, last, totals: new Map(), toldAt: 0, queue: Promise.resolve() }
}

interface Outgoing {
  readonly topic: string
  readonly partition: number
  readonly message: Encoded
}

interface Written {
  readonly task: string
  readonly outputs: readonly Outgoing[]
  readonly snapshot?: readonly NewRecord[] | null
  readonly mailbox?: Commit['mailbox']
}

/** Outputs, snapshot and the commit itself, as one step. */
const write = async (
  options: TasksOptions,
  holding: Holding,
  commit: Omit<CommitRecord, 'serial'>,
  { task, outputs, snapshot = null, mailbox }: Written,
): Promise<void> => {
  const { reader, topics, named, sight } = options
  const { name, partition, transactor } = holding
  const [commits, snapshots] = [named(`${name}.commits`), named(`${name}.snapshots`)]
  if (snapshot !== null) await topics.ensure({ topic: snapshots, compacted: true }, partition)
  const record = { ...commit, serial: holding.last.serial + 1 }
  const { shipments, totals } = await shipmentsOf(reader, holding, outputs)
  const pieces: Shipment[] = snapshot === null ? [] : [{ topic: snapshots, partition, records: snapshot }]
  let written = record
  const finish = (offsets: readonly number[]): readonly Shipment[] => {
    if (snapshot !== null) {
      const place = { position: commit.position, offset: offsets.at(-1)!, pieces: snapshot.length }
      written = { ...record, snapshot: place }
    }
    return [{ topic: commits, partition, records: [recordOfCommit(task, written)] }]
  }
  let bases: readonly number[] = []
  if (transactor === null) bases = await writeApart(options, [...shipments, ...pieces], finish)
  else {
    const remember = (offsets: readonly number[]): readonly Shipment[] => {
      bases = offsets
      return finish(offsets)
    }
    const all = [...shipments, ...pieces]
    await transactor.write({
      stages: all.length === 0 ? [() => finish([])] : [() => all, remember],
      offset: await groupOffset(options, holding, { task, outputs, snapshot, mailbox }, commit),
      isDone: async () => (await lastCommit(reader, commits, holding)).serial === record.serial,
    })
  }
  for (const [n, shipment] of shipments.entries())
    if (bases[n] !== undefined && bases[n] >= 0) sight.expect(shipment.topic, shipment.partition, bases[n])
  for (const [place, total] of totals) holding.totals.set(place, total)
  holding.last = written
}

/** The messages of each partition, in their order, with what the partition holds behind each. */
const shipmentsOf = async (
  reader: PartitionReader,
  { totals: known }: Holding,
  outputs: readonly Outgoing[],
): Promise<{ readonly shipments: readonly Shipment[]; readonly totals: ReadonlyMap<string, Totals> }> => {
  const totals = new Map<string, Totals>()
  const shipments: Shipment[] = []
  for (const [place, parcels] of Map.groupBy(outputs, ({ topic, partition }) => `${topic}/${partition}`)) {
    const { topic, partition } = parcels[0]!
    let total = known.get(place) ?? (await lastTold(reader, topic, partition)) ?? NOTHING
    const records = parcels.map(({ message }) => {
      total = totalsBehind(total, message)
      return recordOf(message, total)
    })
    totals.set(place, total)
    shipments.push({ topic, partition, records })
  }
  return { shipments, totals }
}

/** The position, for those who watch the consumer group: not with every commit, but with the last of a run. */
const groupOffset = async (
  { topics, named }: TasksOptions,
  holding: Holding,
  { snapshot, mailbox }: Written,
  { position }: Pick<CommitRecord, 'position'>,
): Promise<GroupOffset | null> => {
  const now = Date.now()
  if (mailbox === undefined || (snapshot === null && now - holding.toldAt < TOLD_MS)) return null
  const topic = named(mailbox.topic)
  if ((await topics.partitions(topic)) <= mailbox.partition) return null
  holding.toldAt = now
  return { group: named(holding.name), topic, partition: mailbox.partition, offset: position.offset }
}

/** At least once: the commit goes behind what it tells of, each write by itself. */
const writeApart = async (
  { appender }: TasksOptions,
  shipments: readonly Shipment[],
  finish: (offsets: readonly number[]) => readonly Shipment[],
): Promise<readonly number[]> => {
  const offsets = await Promise.all(shipments.map(one => appender.ship(one.topic, one.partition, one.records)))
  for (const one of finish(offsets)) await appender.ship(one.topic, one.partition, one.records)
  return offsets
}
