import { MillraceError } from '../../engine/errors.ts'
import { decodeState, encodeState } from '../../engine/flow/state.ts'
import type { Position, Restored } from '../../engine/log/port.ts'
import type { Place } from './feed.ts'
import type { LeftOpen } from './left-open.ts'
import { backwards } from './message.ts'
import type { PartitionReader } from './reader.ts'
import type { NewRecord } from './record-batch.ts'

/*
 * The commit log of a task: a compacted topic, in which each commit is a record keyed by the task. The last one says
 * where the task stands; snapshots lie in a topic beside it, in pieces, and the commit points to the last.
 */

/** A commit as it is written down. */
export interface CommitRecord {
  readonly epoch: number
  /** Counts the commits of the task, so that each can be told from all others. */
  readonly serial: number
  readonly position: Position
  readonly progress: Uint8Array | null
  readonly snapshot: SnapshotPlace | null
  /** Where its outputs went. */
  readonly wrote: readonly Written[]
}

/** A partition that got outputs, and its rows behind them. */
export interface Written extends Place {
  readonly rows: number
}

export interface SnapshotPlace {
  readonly position: Position
  /** Of its first piece; the others follow. */
  readonly offset: number
  readonly pieces: number
}

/** Where a task keeps its commits. */
export interface TaskPlace {
  readonly task: string
  /** Of the consumer group, the topics and the transactional id. */
  readonly name: string
  readonly partition: number
}

/** 'mean-reversion/3' keeps them in partition 3 of its topics. */
export const placeOf = (task: string): TaskPlace => {
  const [, name = task, partition = '0'] = /^(.+)\/(\d+)$/.exec(task) ?? []
  return { task, name: name.replace(/[^\w.-]/g, '-'), partition: Number(partition) }
}

/** What stands for the task at the coordinator of transactions; tasks whose names come to one place have one each. */
export const idOf = ({ task, name, partition }: TaskPlace): string => {
  const usual = `${name}.${partition}`
  return task === `${name}/${partition}` ? usual : `${usual}.${task}`
}

export const START: CommitRecord = {
  epoch: 0,
  serial: 0,
  position: { offset: 0, row: 0 },
  progress: null,
  snapshot: null,
  wrote: [],
}

export const recordOfCommit = (task: string, commit: CommitRecord): NewRecord => ({
  key: Buffer.from(task),
  value: encodeState(commit),
  timestamp: Date.now(),
})

/** A commit as `recordOfCommit` has written it, or an earlier version, which did not say where its outputs went. */
const commitIn = (value: Uint8Array): CommitRecord => ({ ...START, ...(decodeState(value) as CommitRecord) })

/** The commits of a task among records. */
export const commitsAmong = (records: readonly LeftOpen[], task: string): readonly CommitRecord[] =>
  records.filter(({ key }) => key?.toString() === task).map(({ value }) => commitIn(value!))

/** The last commit of a task; `START` when there is none. */
export const lastCommit = async (
  reader: PartitionReader,
  topic: string,
  { task, partition }: TaskPlace,
): Promise<CommitRecord> => {
  let last: CommitRecord = START
  await backwards(reader, topic, partition, records => {
    if (records.key()?.toString() !== task) return false
    const value = records.value()
    last = value === null ? START : commitIn(value)
    return true
  })
  return last
}

/** Small enough for a broker as it comes, which takes messages of a megabyte. */
const PIECE_BYTES = 512 * 1024

export const piecesOf = (task: string, snapshot: Uint8Array): readonly NewRecord[] => {
  const count = Math.max(1, Math.ceil(snapshot.length / PIECE_BYTES))
  return Array.from({ length: count }, (_, n) => ({
    key: Buffer.from(`${task} ${n}`),
    value: snapshot.slice(n * PIECE_BYTES, (n + 1) * PIECE_BYTES),
    timestamp: Date.now(),
  }))
}

/** Fails: Fault LOG_CORRUPT when pieces are missing. */
export const readSnapshot = async (
  reader: PartitionReader,
  topic: string,
  { task, partition }: TaskPlace,
  { snapshot }: CommitRecord,
): Promise<Restored['snapshot']> => {
  if (snapshot === null) return null
  const { offset, pieces, position } = snapshot
  const found: Uint8Array[] = []
  for await (const records of reader.read(topic, partition, offset, offset + pieces))
    while (records.next()) if (records.key()?.toString() === `${task} ${found.length}`) found.push(records.value()!)
  if (found.length === pieces) return { position, bytes: Buffer.concat(found) }
  const sentence = `${topic}/${partition}/${offset}: ${found.length} of ${pieces} pieces of the snapshot of ${task}`
  throw new MillraceError('LOG_CORRUPT', sentence)
}
