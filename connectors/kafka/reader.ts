import { MillraceError } from '../../engine/errors.ts'
import type { Client } from './client.ts'
import { dropBefore, dropFirst, type Feed, giveBack, nameOf, newFeed, type Place, recordsIn } from './feed.ts'
import { type FlightOptions, type Flights, goneFault, openFlights } from './flights.ts'
import { type LeftOpen, leftOpen } from './left-open.ts'
import { EARLIEST, LATEST, offsetAt } from './offsets.ts'
import type { Records } from './records.ts'
import { withRetries } from './retry.ts'

export interface Bounds {
  /** The first offset that is still there, and the one behind the last committed record or mark. */
  readonly start: number
  readonly end: number
}

/**
 * Reads partitions as bytes: committed records only, in order.
 *
 * Delivers  every committed record of the range once, and nothing of a transaction that was aborted
 * Blocks    `read` while the broker is away; what is fetched ahead is bounded for each reader
 * Ends      at `until`
 * Fails     Fault LOG_GONE: retention or a deletion has passed the position; never a silent jump. LOG_CORRUPT, with
 *           topic, partition and offset. LOG_CODEC. LOG_CLOSED. What `kafkaFault` makes of a broker that refuses, or is
 *           away for five minutes: until then it is tried again, and `onRetry` is told.
 */
export interface PartitionReader {
  /**
   * The records of [from, until), in portions as they were fetched; without `until`: to the end at the time of the
   * call. A partition that is not there is empty. A portion is walked before the next one is taken.
   */
  read(topic: string, partition: number, from: number, until?: number): AsyncIterable<Records>
  /** As `read`, but nothing of a portion may be kept: when the next one is taken, its memory is given back. */
  pass(topic: string, partition: number, from: number, until?: number): AsyncIterable<Records>
  /** An empty partition, and one that is not there, is {0, 0}. */
  bounds(topic: string, partition: number): Promise<Bounds>
  end(topic: string, partition: number): Promise<number>
  /**
   * Resolves with the end when it is behind `offset`, or the signal aborts. Marks of transactions count. What arrived
   * is kept for the next `read`, and so is what arrives from then on.
   */
  arrival(topic: string, partition: number, offset: number, signal?: AbortSignal): Promise<number>
  /** The first record with this time or a later one; null when there is none. */
  offsetFor(topic: string, partition: number, timestampMs: number): Promise<number | null>
  /** What a producer has written there and not ended: of all that is read here, the only records that do not count. */
  leftOpen(topic: string, partition: number, producerId: bigint): Promise<readonly LeftOpen[]>
  /** The topic was deleted: nothing of what was seen of it holds. */
  forget(topic: string): void
  close(): Promise<void>
}

/** What nobody came back for is let go after this time. */
const KEPT_MS = 10_000
/** So long a partition may end before an offset that it had, until its leader is asked whether it does. */
const SHORT_MS = 10_000

interface Desk {
  readonly options: FlightOptions
  readonly flights: Flights
  /** Followed partitions between two calls, by name. */
  readonly kept: Map<string, Kept[]>
  /** The greatest end that was seen of each partition. */
  readonly ends: Map<string, number>
  closed: boolean
}

/** The feed of a follower between two calls. */
interface Kept {
  readonly feed: Feed
  readonly timer: NodeJS.Timeout
}

export const openReader = async (options: FlightOptions): Promise<PartitionReader> => {
  const flights = await openFlights(options)
  const desk: Desk = { options, flights, kept: new Map(), ends: new Map(), closed: false }
  return {
    read: (topic, partition, from, until) => read(desk, { topic, partition }, { from, until, isKept: true }),
    pass: (topic, partition, from, until) => read(desk, { topic, partition }, { from, until, isKept: false }),
    async bounds(topic, partition) {
      const place = { topic, partition }
      const [start, end] = await Promise.all([offsetOf(desk, place, EARLIEST), endOf(desk, place)])
      return { start: start ?? 0, end }
    },
    end: (topic, partition) => endOf(desk, { topic, partition }),
    arrival: (topic, partition, offset, signal) => arrival(desk, { topic, partition }, offset, signal),
    async offsetFor(topic, partition, timestampMs) {
      const offset = await offsetOf(desk, { topic, partition }, timestampMs)
      return offset === -1 ? null : offset
    },
    leftOpen(topic, partition, producerId) {
      const place = { topic, partition }
      return asked(desk, place, client => leftOpen(client, place, producerId))
    },
    forget: topic => forget(desk, topic),
    close: () => close(desk),
  }
}

const offsetOf = (desk: Desk, place: Place, timestamp: number): Promise<number | null> =>
  asked(desk, place, client => offsetAt(client, place, timestamp))

const asked = <Answer>(desk: Desk, place: Place, ask: (client: Client) => Promise<Answer>): Promise<Answer> => {
  const { client, onRetry } = desk.options
  const askOpen = (): Promise<Answer> => {
    checkOpen(desk)
    return ask(client)
  }
  return withRetries(askOpen, nameOf(place), reason => {
    client.forget()
    onRetry?.(reason)
  })
}

const endOf = async (desk: Desk, place: Place): Promise<number> => {
  const end = (await offsetOf(desk, place, LATEST)) ?? 0
  desk.ends.set(nameOf(place), end)
  return end
}

interface Range {
  readonly from: number
  readonly until: number | undefined
  /** Whether anything of a portion is kept when the next one is taken. */
  readonly isKept: boolean
}

const read = (desk: Desk, place: Place, range: Range): AsyncIterable<Records> => {
  checkOpen(desk)
  const limit = range.until ?? Number.POSITIVE_INFINITY
  // Asked for now and not when the first portion is: the end is that of the time of the call.
  const end = limit <= (desk.ends.get(nameOf(place)) ?? 0) ? limit : endOf(desk, place)
  if (end instanceof Promise) end.catch(() => undefined)
  return portions(desk, place, range, async () => Math.min(limit, await end))
}

async function* portions(
  desk: Desk,
  place: Place,
  { from, isKept }: Range,
  ending: () => Promise<number>,
): AsyncGenerator<Records> {
  const end = await ending()
  if (from >= end) return
  const feed = take(desk, place, from) ?? put(desk, newFeed(place, from, end))
  let short: number | null = null
  try {
    for (let position = from; position < end; ) {
      const chunk = feed.chunks[0]
      if (chunk === undefined) {
        if (feed.next >= end) return
        await change(desk, feed)
        short = await checkShort(desk, feed, { end, since: short })
        continue
      }
      const records = recordsIn(feed, chunk, position, end)
      yield records
      if (chunk.behind > end) return
      // Behind the last record stand marks: who goes on behind that record has not missed them.
      const last = records.next() ? chunk.behind : Math.max(position, records.offset + 1)
      position = chunk.behind
      dropFirst(feed, last)
      if (!isKept) giveBack(chunk)
      desk.flights.look()
    }
  } finally {
    settle(desk, feed)
  }
}

const arrival = async (desk: Desk, place: Place, offset: number, signal?: AbortSignal): Promise<number> => {
  let feed = take(desk, place, offset)
  let end = feed?.end ?? -1
  if (feed === null) {
    end = await endOf(desk, place)
    feed = put(desk, newFeed(place, Math.min(offset, end), Number.POSITIVE_INFINITY))
  }
  try {
    while (end <= offset && !signal?.aborted) {
      await change(desk, feed, signal)
      end = Math.max(end, feed.end)
      dropBefore(feed, offset)
    }
    // Others may have seen more meanwhile.
    end = Math.max(end, desk.ends.get(nameOf(place)) ?? 0)
    desk.ends.set(nameOf(place), end)
    return end
  } finally {
    settle(desk, feed)
  }
}

/** The kept feed that has what is wanted from `offset` on, and the least besides. */
const take = (desk: Desk, place: Place, offset: number): Feed | null => {
  checkOpen(desk)
  const kept = desk.kept.get(nameOf(place)) ?? []
  const fitting = kept.filter(({ feed }) => feed.start <= offset && offset <= feed.next)
  if (fitting.length === 0) return null
  const best = fitting.reduce((best, other) => (other.feed.start > best.feed.start ? other : best))
  clearTimeout(best.timer)
  kept.splice(kept.indexOf(best), 1)
  dropBefore(best.feed, offset)
  // It may have had as much as it may have, and has not now.
  desk.flights.look()
  return best.feed
}

const put = ({ flights }: Desk, feed: Feed): Feed => {
  flights.feeds.add(feed)
  flights.look()
  return feed
}

/** Followers come back: what they follow goes on being fetched, for a while. */
const settle = (desk: Desk, feed: Feed): void => {
  feed.wake = () => undefined
  const { feeds } = desk.flights
  const follows = feed.limit === Number.POSITIVE_INFINITY && feed.failure === null
  if (!follows || desk.closed) {
    feeds.delete(feed)
    return
  }
  const name = nameOf(feed)
  const kept = desk.kept.get(name) ?? []
  const letGo = (): void => {
    kept.splice(kept.indexOf(entry), 1)
    feeds.delete(feed)
  }
  const entry = { feed, timer: setTimeout(letGo, KEPT_MS).unref() }
  kept.push(entry)
  desk.kept.set(name, kept)
}

/**
 * Since when the feed has ended before `end`, where the partition did end once: a replica, and a new leader, learn the
 * end later. A leader says where its partition ends only when it knows (KIP-207).
 */
const checkShort = async (
  desk: Desk,
  feed: Feed,
  { end, since }: { readonly end: number; readonly since: number | null },
): Promise<number | null> => {
  if (feed.end < 0 || feed.end >= end) return null
  const now = performance.now()
  if (since === null || now - since <= SHORT_MS) return since ?? now
  const found = await endOf(desk, feed)
  if (found < end) throw goneFault(feed, `it ends at ${found}, and has ended at ${end}`)
  feed.node = null
  return null
}

/** Waits until something has changed. */
const change = async (desk: Desk, feed: Feed, signal?: AbortSignal): Promise<void> => {
  if (feed.failure === null && !desk.closed)
    await new Promise<void>(resolve => {
      feed.wake = () => {
        signal?.removeEventListener('abort', feed.wake)
        resolve()
      }
      signal?.addEventListener('abort', feed.wake)
    })
  checkOpen(desk)
  if (feed.failure !== null) throw feed.failure
}

const forget = (desk: Desk, topic: string): void => {
  desk.options.client.forget()
  for (const [name, kept] of desk.kept)
    for (const { feed, timer } of kept) {
      if (feed.topic !== topic) continue
      clearTimeout(timer)
      desk.flights.feeds.delete(feed)
      desk.kept.delete(name)
    }
  for (const name of desk.ends.keys()) if (name.startsWith(`${topic}/`)) desk.ends.delete(name)
}

const checkOpen = ({ closed }: Desk): void => {
  if (closed) throw new MillraceError('LOG_CLOSED', 'the reader was closed')
}

const close = async (desk: Desk): Promise<void> => {
  desk.closed = true
  for (const feed of desk.flights.feeds) feed.wake()
  for (const { timer } of [...desk.kept.values()].flat()) clearTimeout(timer)
  await desk.flights.close()
}
