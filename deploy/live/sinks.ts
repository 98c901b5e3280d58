import { placeOf } from '../../connectors/kafka/commits.ts'
import { type KafkaConfig, nameInCluster } from '../../connectors/kafka/config.ts'
import type { Logger } from '../../connectors/metrics/logger.ts'
import { applied } from '../../connectors/questdb/applied.ts'
import type { Questdb } from '../../connectors/questdb/questdb.ts'
import { questdbSink, type Sink, type SinkState } from '../../connectors/questdb/sink.ts'
import { isMillraceError, messageOf } from '../../engine/errors.ts'
import type { Log } from '../../engine/log/port.ts'
import { systemClock } from '../../engine/time/clock.ts'
import type { Monitor } from './monitor.ts'

export interface Store {
  readonly kafka: KafkaConfig
  readonly log: Log
  readonly questdb: Questdb
  readonly monitor: Monitor
  readonly story: Logger
  readonly isWanted: (topic: string) => boolean
  /** Wait for more: also for topics and partitions that are not there yet. */
  readonly follow: boolean
  /** Once a batch. */
  readonly onProgress: (states: readonly SinkState[]) => void
}

/** How often is looked for topics and partitions that are new. */
const LOOK_MS = 5_000

/**
 * Fills the tables from all partitions of the topics, by a sink for each, to their end, and until it can be read, or
 * until the signal. While the log or the database is away it is tried again, for ever, and the story says why.
 *
 * Fails  as the first sink that cannot go on; the others are drained before. Fault QUESTDB_TABLE when what was
 *        acknowledged is not applied: the server suspends a table when its disk is full
 */
export const runSinks = async (store: Store, asked: AbortSignal): Promise<readonly SinkState[]> => {
  const { log, questdb, monitor, story, isWanted, follow } = store
  const over = new AbortController()
  const stop = (error: unknown): void => over.abort(error)
  const signal = AbortSignal.any([asked, over.signal])
  const sinks = new Map<string, Sink>()
  const states = (): readonly SinkState[] => [...sinks.values()].map(sink => sink.state())
  const running: Promise<unknown>[] = []
  const begin = async (): Promise<void> => {
    for (const { topic, partition } of await log.topics()) {
      const place = `${topic}/${partition}`
      if (sinks.has(place) || !isWanted(topic)) continue
      const run = (): Promise<unknown> => {
        const sink = openSink(store, topic, partition, ({ task, rows, rejects, committed }) => {
          story.debug('stored', { task, rows, rejects, ...committed })
          store.onProgress(states())
        })
        sinks.set(place, sink)
        return sink.run(signal)
      }
      running.push(persist(store, run, signal).catch(stop))
      await show(store, topic, partition, () => sinks.get(place)!)
    }
  }
  const isBegun = monitor.watchCheck({ name: 'store', reason: async () => 'starting' })
  const look = async (): Promise<void> => {
    await begin()
    isBegun()
    while (follow && !signal.aborted) {
      await systemClock.sleep(LOOK_MS, signal)
      if (!signal.aborted) await persist(store, begin, signal)
    }
  }
  await look().catch(stop)
  await Promise.all(running)
  over.signal.throwIfAborted()
  if (!follow && !asked.aborted) await applied(questdb, systemClock)
  return states()
}

const openSink = (store: Store, topic: string, partition: number, onProgress: (state: SinkState) => void): Sink => {
  const { kafka, log, questdb, story, follow } = store
  return questdbSink({
    ...{ questdb, log, clock: systemClock, mailbox: { topic, partition, follow }, onProgress },
    source: sourceIn(kafka, topic, partition),
    onRetry: ({ task, reason }) => story.warn('tried again', { task, reason }),
  })
}

/** What tables call the origin of rows: as the cluster knows the topic, for logs that share a database. */
export const sourceIn = (kafka: KafkaConfig, topic: string, partition: number): string =>
  `${nameInCluster(kafka, topic)}/${partition}`

/** The sink, and the group that all sinks of a topic commit for. */
const show = async ({ monitor, kafka, log }: Store, topic: string, partition: number, sink: () => Sink) => {
  monitor.watchSink(
    () => sink().state(),
    () => log.end(topic, partition),
  )
  const { name: group } = placeOf(sink().task)
  await monitor.watchGroup(kafka, nameInCluster(kafka, group), nameInCluster(kafka, topic))
}

/** Acts again when it failed in a way that may pass: each time a sink goes on from what is committed. */
const persist = async ({ story }: Store, act: () => Promise<unknown>, signal: AbortSignal): Promise<unknown> => {
  while (true) {
    try {
      return await act()
    } catch (error) {
      if (signal.aborted || !isMillraceError(error) || error.retryAfterMs === null) throw error
      story.warn('tried again', { reason: messageOf(error) })
      await systemClock.sleep(error.retryAfterMs, signal)
    }
  }
}
