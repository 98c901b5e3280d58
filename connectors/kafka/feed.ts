import type { MillraceError } from '../../engine/errors.ts'
import { type Aborted, committedOnly } from './committed.ts'
import type { Fetched } from './fetch.ts'
import { offsetBehind } from './record-batch.ts'
import { type Records, recordsOf } from './records.ts'
import { newPatience, type Patience } from './retry.ts'

export interface Place {
  readonly topic: string
  readonly partition: number
}

/** Batches of one partition as one fetch brought them. */
export interface Chunk {
  readonly set: Buffer
  readonly aborted: readonly Aborted[]
  /** The offset behind its last batch. */
  readonly behind: number
  /** Others who read the same records look into the same memory. */
  readonly shared: boolean
}

/** What is fetched of one partition ahead of who reads it. */
export interface Feed extends Place {
  /** From here on everything is in the chunks, up to `next`, which is to be fetched. */
  start: number
  next: number
  readonly chunks: Chunk[]
  bytes: number
  /** Nothing is fetched from here on: a follower has no limit. */
  limit: number
  /** Where committed records ended when the broker last spoke of it; -1 before it did. */
  end: number
  failure: MillraceError | null
  /** The broker that is asked; null when it has to be found. */
  node: number | null
  /** When it was found. */
  foundAt: number
  state: 'ready' | 'flying' | 'resting'
  /** The last answer left nothing to be had: the next may take its time. */
  sated: boolean
  /** When it was last answered: who waits longest is asked for first. */
  turn: number
  tries: number
  /** With the trouble that `tries` counts. */
  patience: Patience
  /** Called when something has changed. */
  wake: () => void
}

export const newFeed = ({ topic, partition }: Place, from: number, limit: number): Feed => ({
  topic,
  partition,
  start: from,
  next: from,
  chunks: [],
  bytes: 0,
  limit,
  end: -1,
  failure: null,
  node: null,
  foundAt: 0,
  state: 'ready',
  sated: false,
  turn: 0,
  tries: 0,
  patience: newPatience(),
  wake: () => undefined,
})

export const nameOf = ({ topic, partition }: Place): string => `${topic}/${partition}`

/**
 * Takes in what was fetched from `next` on, perhaps by others, too. Marks and holes count: a batch ends behind the last
 * offset it ever had.
 */
export const land = (feed: Feed, { set, aborted, end, replica }: Fetched, shared = false): void => {
  const behind = offsetBehind(set, feed.next)
  if (behind > feed.next) {
    // A small piece does not hold on to the large answer that it came in.
    const kept = set.length * 2 < set.buffer.byteLength ? Buffer.from(set) : set
    feed.chunks.push({ set: kept, aborted, behind, shared })
    feed.bytes += set.length
    feed.next = behind
  }
  if (replica >= 0 && set.length === 0) feed.node = replica
  feed.sated = set.length === 0 || behind >= end
  feed.end = end
  if (feed.tries > 0) feed.patience = newPatience()
  feed.tries = 0
}

export const recordsIn = (feed: Feed, { set, aborted }: Chunk, from: number, until: number): Records =>
  recordsOf(set, { partition: nameOf(feed), from, until, admits: committedOnly(aborted) })

/** Gives up the first chunk. What is still to be had from `start` on stands behind it. */
export const dropFirst = (feed: Feed, start: number): void => {
  feed.bytes -= feed.chunks.shift()!.set.length
  feed.start = start
}

/** Smaller sets may stand in memory that Node has lent to others, too. */
const ALONE_BYTES = 1 << 16

/**
 * Gives the memory of a chunk back, and does not wait until the collector finds it: that is woken by how much was asked
 * for since, and looks through everything there is for the sake of a few large pieces.
 */
export const giveBack = ({ set, shared }: Chunk): void => {
  if (!shared && set.length >= ALONE_BYTES) (set.buffer as ArrayBuffer).transfer(0)
}

/** Gives up the chunks that stand before `offset`. */
export const dropBefore = (feed: Feed, offset: number): void => {
  while (feed.chunks.length > 0 && feed.chunks[0]!.behind <= offset) dropFirst(feed, feed.chunks[0]!.behind)
  feed.start = Math.max(feed.start, Math.min(offset, feed.next))
}
