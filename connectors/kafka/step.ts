import type { Commit } from '../../engine/log/port.ts'
import type { Appender } from './appender.ts'
import type { Client } from './client.ts'
import { type CommitRecord, commitsAmong, lastCommit, recordOfCommit, type TaskPlace, type Written } from './commits.ts'
import { settlePlace } from './left-behind.ts'
import { type Encoded, recordOf, type Totals, totalsBehind } from './message.ts'
import type { PartitionReader } from './reader.ts'
import type { NewRecord } from './record-batch.ts'
import type { Sight } from './sight.ts'
import type { Teller } from './teller.ts'
import type { Topics } from './topics.ts'
import type { GroupOffset, Outcome, Shipment, Transactor } from './transaction.ts'

export interface StepOptions {
  readonly client: Client
  readonly reader: PartitionReader
  readonly topics: Topics
  readonly appender: Appender
  readonly sight: Sight
  /** How the cluster knows a topic of this log. */
  readonly named: (topic: string) => string
  readonly guarantee: 'exactly-once' | 'at-least-once'
}

/** A task that this process writes for. */
export interface Holding extends TaskPlace {
  readonly transactor: Transactor
  readonly teller: Teller
  last: CommitRecord
  /** Of each partition that the task writes to. */
  readonly totals: Map<string, Totals>
}

/** What goes with a commit. */
export interface Luggage {
  readonly outputs: readonly Outgoing[]
  readonly snapshot: readonly NewRecord[] | null
  readonly mailbox: Commit['mailbox']
}

export interface Outgoing {
  /** As the cluster knows it. */
  readonly topic: string
  readonly partition: number
  readonly message: Encoded
}

/**
 * Outputs, snapshot and the commit itself as one transaction; at least once, one after the other, and the commit behind
 * what it tells of.
 */
export const writeStep = async (
  options: StepOptions,
  holding: Holding,
  commit: Omit<CommitRecord, 'serial' | 'wrote'>,
  { outputs, snapshot, mailbox }: Luggage = { outputs: [], snapshot: null, mailbox: undefined },
): Promise<void> => {
  const { reader, topics, named, sight, appender, guarantee } = options
  const { task, name, partition, transactor, teller } = holding
  const [commits, snapshots] = [named(`${name}.commits`), named(`${name}.snapshots`)]
  if (snapshot !== null) await topics.ensure({ topic: snapshots, compacted: true }, partition)
  const { shipments, totals, wrote } = await shipmentsOf(reader, holding, outputs)
  let record: CommitRecord = { ...commit, serial: holding.last.serial + 1, wrote }
  let rest: readonly Shipment[] = []
  const restBehind = (aheadAt: number): readonly Shipment[] => {
    if (snapshot !== null)
      record = { ...record, snapshot: { position: commit.position, offset: aheadAt, pieces: snapshot.length } }
    rest = [...shipments, { topic: commits, partition, records: [recordOfCommit(task, record)] }]
    return rest
  }
  const ahead = snapshot === null ? null : { topic: snapshots, partition, records: snapshot }
  const outcome = async (): Promise<Outcome> => {
    // Looked at first: what is marked between the two is seen by the second.
    const open = await reader.leftOpen(commits, partition, transactor.producerId)
    const seen = await lastCommit(reader, commits, holding)
    if (isSame(seen, record)) return 'written'
    if (isSame(seen, holding.last)) return 'not written'
    return commitsAmong(open, task).some(one => isSame(one, holding.last)) ? 'behind' : 'undone'
  }
  const reached = await groupOffset(options, holding, mailbox, commit)
  let offsets: readonly number[]
  if (guarantee === 'exactly-once') {
    const offset = reached === null ? null : teller.along(reached)
    offsets = await transactor.write({ ahead, rest: restBehind, offset, outcome })
  } else {
    offsets = await writeApart(appender, ahead, restBehind)
    if (reached !== null) teller.later(reached)
  }
  for (const [n, shipment] of rest.entries())
    if (offsets[n] !== undefined) sight.expect(shipment.topic, shipment.partition, offsets[n])
  for (const [name, total] of totals) holding.totals.set(name, total)
  holding.last = record
}

const isSame = (one: CommitRecord, other: CommitRecord): boolean =>
  one.epoch === other.epoch && one.serial === other.serial

interface Shipped {
  readonly shipments: readonly Shipment[]
  readonly totals: ReadonlyMap<string, Totals>
  readonly wrote: CommitRecord['wrote']
}

/** The messages of each partition, in their order, with what the partition holds behind each. */
const shipmentsOf = async (
  reader: PartitionReader,
  { totals: known, transactor }: Holding,
  outputs: readonly Outgoing[],
): Promise<Shipped> => {
  const totals = new Map<string, Totals>()
  const shipments: Shipment[] = []
  const wrote: Written[] = []
  for (const [name, parcels] of Map.groupBy(outputs, ({ topic, partition }) => `${topic}/${partition}`)) {
    const { topic, partition } = parcels[0]!
    const place = { topic, partition }
    let total = known.get(name) ?? (await settlePlace({ reader, transactor }, place))
    const records = parcels.map(({ message }) => {
      total = totalsBehind(total, message)
      return recordOf(message, total)
    })
    totals.set(name, total)
    shipments.push({ ...place, records })
    wrote.push({ ...place, rows: total.rows })
  }
  return { shipments, totals, wrote }
}

/** Null when the mailbox is not a topic of this log. */
const groupOffset = async (
  { topics, named }: StepOptions,
  { name }: Holding,
  mailbox: Luggage['mailbox'],
  { position }: Pick<CommitRecord, 'position'>,
): Promise<GroupOffset | null> => {
  if (mailbox === undefined) return null
  const [topic, { partition }] = [named(mailbox.topic), mailbox]
  const isHere = partition < (await topics.partitions(topic))
  return isHere ? { group: named(name), topic, partition, offset: position.offset } : null
}

const writeApart = async (
  appender: Appender,
  ahead: Shipment | null,
  rest: (aheadAt: number) => readonly Shipment[],
): Promise<readonly number[]> => {
  const ship = ({ topic, partition, records }: Shipment): Promise<number> => appender.ship(topic, partition, records)
  const shipments = rest(ahead === null ? -1 : await ship(ahead))
  const offsets = await Promise.all(shipments.slice(0, -1).map(ship))
  return [...offsets, await ship(shipments.at(-1)!)]
}
