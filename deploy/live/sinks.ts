import type { Logger } from '../../connectors/metrics/logger.ts'
import type { Questdb } from '../../connectors/questdb/questdb.ts'
import { questdbSink, type Sink, type SinkState } from '../../connectors/questdb/sink.ts'
import { isMillraceError, messageOf } from '../../engine/errors.ts'
import type { Log } from '../../engine/log/port.ts'
import { systemClock } from '../../engine/time/clock.ts'
import type { Monitor } from './monitor.ts'

export interface Store {
  readonly log: Log
  readonly questdb: Questdb
  readonly monitor: Monitor
  readonly story: Logger
  readonly isWanted: (topic: string) => boolean
  /** What tables call the origin of rows. */
  readonly sourceOf: (topic: string, partition: number) => string
  /** Wait for more: also for topics and partitions that are not there yet. */
  readonly follow: boolean
  /** Once a batch. */
  readonly onProgress: (states: readonly SinkState[]) => void
}

/** How often is looked for topics and partitions that are new. */
const LOOK_MS = 5_000

/**
 * Fills the tables from all partitions of the topics, by a sink for each, to their end or until the signal. While the
 * log or the database is away it is tried again, for ever, and the story says why.
 *
 * Fails  as the first sink that cannot go on; the others are drained before
 */
export const runSinks = async (store: Store, asked: AbortSignal): Promise<readonly SinkState[]> => {
  const { log, monitor, isWanted, follow } = store
  const over = new AbortController()
  const signal = AbortSignal.any([asked, over.signal])
  const stop = (error: unknown): void => over.abort(error)
  const sinks = new Map<string, Sink>()
  const states = (): readonly SinkState[] => [...sinks.values()].map(sink => sink.state())
  const running: Promise<unknown>[] = []
  const begin = async (): Promise<void> => {
    for (const { topic, partition } of await log.topics()) {
      const place = `${topic}/${partition}`
      if (sinks.has(place) || !isWanted(topic)) continue
      const run = async (): Promise<unknown> => {
        const sink = openSink(store, topic, partition, () => store.onProgress(states()))
        sinks.set(place, sink)
        return sink.run(signal)
      }
      running.push(persist(store, run, signal).catch(stop))
      monitor.watchSink(
        () => sinks.get(place)!.state(),
        () => log.end(topic, partition),
      )
    }
  }
  const look = async (): Promise<void> => {
    while (follow && !signal.aborted) {
      await systemClock.sleep(LOOK_MS, signal)
      if (!signal.aborted) await persist(store, begin, signal)
    }
  }
  await begin()
  await look().catch(stop)
  await Promise.all(running)
  over.signal.throwIfAborted()
  return states()
}

const openSink = (store: Store, topic: string, partition: number, onProgress: () => void): Sink => {
  const { log, questdb, story, follow, sourceOf } = store
  return questdbSink({
    ...{ questdb, log, clock: systemClock, mailbox: { topic, partition, follow }, onProgress },
    source: sourceOf(topic, partition),
    onRetry: ({ task, reason }) => story.warn('tried again', { task, reason }),
  })
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
