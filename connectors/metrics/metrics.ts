import type { Currency } from '../../engine/market/cash.ts'
import type { GroupObservation, RunObservation, SinkObservation } from '../../engine/run/observe.ts'
import type { Clock } from '../../engine/time/clock.ts'
import { commitHistories } from './commit-histories.ts'
import { type ExpositionOptions, exposition } from './registry.ts'
import { isRestored, putGroup, putLagStatus, putRun, putRunLag, putSink } from './samples.ts'

export interface MetricsOptions extends ExpositionOptions {
  readonly clock: Clock
  /** Of the program. */
  readonly version: string
}

export interface Metrics {
  readonly contentType: string
  /** Each gives back what ends it. */
  watchRun(run: WatchedRun): () => void
  watchGroup(observe: () => Promise<GroupObservation>): () => void
  watchSink(observe: () => SinkObservation): () => void
  /** Observes all that is watched, and gives the text that Prometheus scrapes. Scrapes at the same time share one. */
  text(): Promise<string>
}

export interface WatchedRun {
  /** What `runStrategy` hands out. */
  readonly observe: () => Promise<RunObservation>
  /** What its account is kept in. */
  readonly currency: Currency
  /** Its consumer group is watched, too: the lag is what that says. Default false: the run itself tells it. */
  readonly isGrouped?: boolean
}

/** Longest wait for one observation, milliseconds: a scrape is due within 10 s. */
const OBSERVE_MS = 2_000

/**
 * The engine as Prometheus sees it: `table.ts` lists what there is. Nothing is measured between two scrapes.
 *
 * Delivers  numbers of the moment of the scrape. What cannot be observed within 2 s is left out and counted
 * Blocks    never a run: it is asked between two of its records
 *
 * @example
 * const { watchRun, text } = metrics({ clock: systemClock, version: '0.1.0', labels: { instance: 'a' } })
 * runStrategy({ ...options, observe: observe => watchRun({ observe, currency }) })
 * await text()
 */
export const metrics = ({ clock, version, ...options }: MetricsOptions): Metrics => {
  const { put, text, contentType } = exposition(options)
  const histories = commitHistories()
  const watched = new Set<() => Promise<void>>()
  const missed = new Map<string, number>()

  const watch = <T>(what: string, observe: () => Promise<T>, show: (seen: T, now: number) => void): (() => void) => {
    const one = async (): Promise<void> => {
      const seen = await inTime(clock, observe)
      if (seen === undefined) missed.set(what, (missed.get(what) ?? 0) + 1)
      else show(seen, clock.now())
    }
    watched.add(one)
    return () => void watched.delete(one)
  }
  const scrape = async (): Promise<string> => {
    const began = clock.monotonicUs()
    await Promise.all([...watched].map(one => one()))
    put('millrace_build_info', [version, process.version], 1)
    for (const [what, count] of missed) put('millrace_unobserved_total', [what], count)
    put('millrace_scrape_seconds', [], clock.monotonicUs() - began, 1e-6)
    return text()
  }
  let scraping: Promise<string> | null = null
  return {
    contentType,
    watchRun: ({ observe, currency, isGrouped = false }) =>
      watch('run', observe, (run, now) => {
        putRun(put, run, currency, now)
        if (isGrouped || !isRestored(run)) return
        putRunLag(put, run)
        putLagStatus(put, histories.ofRun(run, now))
      }),
    watchGroup: observe =>
      watch('group', observe, (group, now) => {
        putGroup(put, group)
        putLagStatus(put, histories.ofGroup(group, now))
      }),
    watchSink: observe =>
      watch(
        'sink',
        async () => observe(),
        sink => putSink(put, sink),
      ),
    text() {
      scraping ??= scrape().finally(() => {
        scraping = null
      })
      return scraping
    },
  }
}

/** Undefined when it fails, or takes too long. */
const inTime = async <T>(clock: Clock, ask: () => Promise<T>): Promise<T | undefined> => {
  const answered = new AbortController()
  const none = (): undefined => undefined
  const late = clock.sleep(OBSERVE_MS, answered.signal).then(none)
  return Promise.race([ask().catch(none), late]).finally(() => answered.abort())
}
