import { MillraceError, messageOf } from '../../engine/errors.ts'
import { type Client, protocolError } from './client.ts'
import { kafkaFault } from './faults.ts'
import { type Feed, land, nameOf } from './feed.ts'
import { type Fetched, fetchRequest, type Wanted } from './fetch.ts'
import { EARLIEST, LATEST, offsetAt } from './offsets.ts'
import { isMissing, isTransient, restMs } from './retry.ts'

export interface FlightOptions {
  readonly client: Client
  /** Told of each failure that is tried again. */
  readonly onRetry?: (reason: string) => void
  /** Where this process stands, for brokers that let the nearest replica answer. */
  readonly rack?: string
  /** Fetched at once of one partition; default 1 MiB. */
  readonly fetchBytes?: number
  /** Fetched ahead of each reader: nothing is asked for beyond it. Default 4 MiB. */
  readonly aheadBytes?: number
}

/** Fetches for many feeds at once, each partition from its leader. */
export interface Flights {
  readonly feeds: Set<Feed>
  /** Something has changed: who wants something may fly. */
  look(): void
  close(): Promise<void>
}

/** How long a broker may wait for something new. */
const POLL_MS = 500
/** And how long while feeds wait for the poll to come back, to go along with the next one. */
const JOIN_MS = 5
const FETCH_BYTES = 1 << 20
const AHEAD_BYTES = 4 << 20
const ANSWER_BYTES = 16 << 20

/** So long a broker is asked: then it may lead no more, or lag behind who leads, without knowing it. */
const HELD_MS = 30_000

const OFFSET_OUT_OF_RANGE = 1
const UNKNOWN_TOPIC_OR_PARTITION = 3
const NOT_LEADER_FOR_PARTITION = 6

/*
 * A broker answers the requests of one connection in their order, so a request that waits for news holds up all behind
 * it. There are two connections to each broker, with one fetch in flight on each: the poll carries the feeds that have
 * everything and wait; the errand is for those that are behind, and comes back at once. Who begins to wait while the
 * poll is away goes on short errands until it is back.
 */
type Lane = 'poll' | 'errand'

interface Fleet {
  readonly options: FlightOptions
  readonly clients: Readonly<Record<Lane, Client>>
  readonly feeds: Set<Feed>
  /** What is in flight to each broker. */
  readonly nodes: Map<number, { [Kind in Lane]: readonly Feed[] }>
  looking: boolean
  answers: number
}

export const openFlights = async (options: FlightOptions): Promise<Flights> => {
  const fleet: Fleet = {
    options,
    clients: { poll: options.client, errand: await options.client.another() },
    feeds: new Set(),
    nodes: new Map(),
    looking: false,
    answers: 0,
  }
  return {
    feeds: fleet.feeds,
    look: () => look(fleet),
    close() {
      fleet.feeds.clear()
      return fleet.clients.errand.close()
    },
  }
}

/** Soon, and once for all that changes at a time. */
const look = (fleet: Fleet): void => {
  if (fleet.looking) return
  fleet.looking = true
  queueMicrotask(() => {
    fleet.looking = false
    const wanting = [...fleet.feeds].filter(feed => wants(feed, fleet.options)).sort((a, b) => a.turn - b.turn)
    for (const [node, feeds] of Map.groupBy(wanting, ({ node }) => node))
      if (node === null) for (const feed of feeds) void locate(fleet, feed)
      else dispatch(fleet, node, feeds)
  })
}

const wants = ({ state, failure, next, limit, bytes }: Feed, { aheadBytes = AHEAD_BYTES }: FlightOptions): boolean =>
  state === 'ready' && failure === null && next < limit && bytes < aheadBytes

const dispatch = (fleet: Fleet, node: number, feeds: readonly Feed[]): void => {
  const away = fleet.nodes.get(node) ?? { poll: [], errand: [] }
  fleet.nodes.set(node, away)
  const pollable = away.poll.length === 0 && !away.errand.some(({ sated }) => sated)
  const polling = pollable ? feeds.filter(({ sated }) => sated) : []
  const hurrying = pollable ? feeds.filter(({ sated }) => !sated) : feeds
  if (polling.length > 0) void fly(fleet, { node, lane: 'poll', feeds: polling, waitMs: POLL_MS })
  if (hurrying.length === 0 || away.errand.length > 0) return
  const waitMs = hurrying.every(({ sated }) => sated) ? JOIN_MS : 0
  void fly(fleet, { node, lane: 'errand', feeds: hurrying, waitMs })
}

interface Flight {
  readonly node: number
  readonly lane: Lane
  readonly feeds: readonly Feed[]
  readonly waitMs: number
}

const fly = async (fleet: Fleet, { node, lane, feeds, waitMs }: Flight): Promise<void> => {
  const { rack = '', fetchBytes = FETCH_BYTES } = fleet.options
  const aboard = byPartition(feeds)
  const passengers = [...aboard.values()].flat()
  fleet.nodes.get(node)![lane] = passengers
  for (const feed of passengers) feed.state = 'flying'
  try {
    const broker = await fleet.clients[lane].broker(node)
    const wanted = [...aboard.values()].map(([feed]) => wantedOf(feed!, fetchBytes))
    const limits = { waitMs, minBytes: 1, maxBytes: ANSWER_BYTES }
    const answer = await broker.send(fetchRequest(wanted, { ...limits, rack, isolation: 'committed' }))
    if (answer.error !== 0) throw protocolError(answer.error)
    for (const fetched of answer.partitions) {
      const sharing = aboard.get(nameOf(fetched))!
      for (const feed of sharing) if (fleet.feeds.has(feed)) arrive(fleet, feed, fetched, sharing.length > 1)
    }
  } catch (error) {
    setBack(fleet, passengers, error)
  }
  fleet.nodes.get(node)![lane] = []
  for (const feed of passengers) if (feed.state === 'flying') feed.state = 'ready'
  look(fleet)
}

/** The feeds of a partition that want the same offset, the lowest of those wanted: a fetch asks for one. */
const byPartition = (feeds: readonly Feed[]): ReadonlyMap<string, readonly Feed[]> => {
  const aboard = new Map<string, Feed[]>()
  for (const feed of feeds) {
    const others = aboard.get(nameOf(feed))
    if (others === undefined || feed.next < others[0]!.next) aboard.set(nameOf(feed), [feed])
    else if (feed.next === others[0]!.next) others.push(feed)
  }
  return aboard
}

const wantedOf = ({ topic, partition, next }: Feed, maxBytes: number): Wanted => ({
  topic,
  partition,
  offset: next,
  maxBytes,
})

const arrive = (fleet: Fleet, feed: Feed, fetched: Fetched, shared: boolean): void => {
  feed.turn = ++fleet.answers
  if (fetched.error === OFFSET_OUT_OF_RANGE) void explainRange(fleet, feed)
  else if (fetched.error !== 0) setBack(fleet, [feed], protocolError(fetched.error))
  else {
    land(feed, fetched, shared)
    if (performance.now() - feed.foundAt > HELD_MS) feed.node = null
    feed.wake()
  }
}

const locate = async (fleet: Fleet, feed: Feed): Promise<void> => {
  feed.state = 'flying'
  try {
    const leader = await fleet.options.client.leader(feed.topic, feed.partition)
    if (leader === null) throw protocolError(UNKNOWN_TOPIC_OR_PARTITION)
    feed.node = leader.nodeId
    feed.foundAt = performance.now()
    feed.state = 'ready'
    look(fleet)
  } catch (error) {
    setBack(fleet, [feed], error)
  }
}

/** The feeds find their broker anew after a rest, or fail where that cannot help. */
const setBack = (fleet: Fleet, passengers: readonly Feed[], error: unknown): void => {
  const feeds = passengers.filter(feed => fleet.feeds.has(feed))
  if (feeds.length === 0) return
  const quiet = isMissing(error) && feeds.every(({ end }) => end < 0)
  if (!quiet) {
    fleet.clients.poll.forget()
    fleet.clients.errand.forget()
    if (isTransient(error)) fleet.options.onRetry?.(`${feeds.map(nameOf).join(', ')}: ${messageOf(error)}`)
  }
  for (const feed of feeds) {
    feed.tries += 1
    if (isTransient(error) && (quiet || feed.patience.bears(error))) rest(fleet, feed)
    else if (isMissing(error)) fail(feed, goneFault(feed, 'there is no such topic any more'))
    else fail(feed, kafkaFault(error, nameOf(feed)))
  }
}

const rest = (fleet: Fleet, feed: Feed): void => {
  feed.state = 'resting'
  feed.node = null
  setTimeout(() => {
    feed.state = 'ready'
    look(fleet)
  }, restMs(feed.tries))
}

const fail = (feed: Feed, fault: MillraceError): void => {
  feed.failure = fault
  feed.wake()
}

/** The position may only seem to be out of range, to a replica that lags behind its leader. */
const explainRange = async (fleet: Fleet, feed: Feed): Promise<void> => {
  feed.state = 'resting'
  const { client } = fleet.options
  try {
    const start = await offsetAt(client, feed, EARLIEST)
    const end = await offsetAt(client, feed, LATEST)
    if (start === null || end === null) throw protocolError(UNKNOWN_TOPIC_OR_PARTITION)
    if (feed.next < start || feed.next > end) fail(feed, goneFault(feed, `it holds offsets [${start}, ${end})`))
    else setBack(fleet, [feed], protocolError(NOT_LEADER_FOR_PARTITION))
  } catch (error) {
    setBack(fleet, [feed], error)
  }
}

/** What was read, or is to be read, is not there. */
export const goneFault = (feed: Feed, found: string): MillraceError =>
  new MillraceError('LOG_GONE', `${nameOf(feed)}: read up to offset ${feed.next}, but ${found}`)
