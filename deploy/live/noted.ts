import { type KafkaConfig, nameInCluster } from '../../connectors/kafka/config.ts'
import { openGroupWatch } from '../../connectors/kafka/lag.ts'
import { commitHistories, type GroupStatus } from '../../connectors/metrics/commit-histories.ts'
import type { Note } from '../../connectors/questdb/notes.ts'
import type { Questdb } from '../../connectors/questdb/questdb.ts'
import { alerts, lag } from '../../connectors/questdb/tables.ts'
import { type GroupObservation, lagOf } from '../../engine/run/observe.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { alarmBook, drawdownAlarms, lagAlarms, retryAlarms, rowAlarms, type SeenSink } from './alarms.ts'
import type { Monitor } from './monitor.ts'

export interface NotedOptions {
  readonly monitor: Monitor
  readonly kafka: KafkaConfig
  readonly questdb: Questdb
  /** The run whose topics are stored: its lag is noted, too. */
  readonly run: string | undefined
}

/** A monitor, until it is closed. */
export interface Noted {
  readonly monitor: Monitor
  close(): Promise<void>
}

/** How often the tables are told. */
const NOTE_MS = 10_000
/** Longest wait for an answer of the log or the database. */
const ANSWER_MS = 5_000
/** Most alerts that wait for the database; the oldest are let go. */
const WAITING_MAX = 1_000

/**
 * A monitor whose groups and sinks are noted in the tables `lag` and `alerts`, too: a row for each group and partition
 * every 10 s and at the end, and one when something begins to be wrong or is over. What does not answer now is left
 * out; only alerts wait. Fails: as `openKafkaLog` does.
 */
export const openNoted = async ({ monitor, kafka, questdb, run }: NotedOptions): Promise<Noted> => {
  const watch = await openGroupWatch(kafka)
  const groups = new Map<string, () => Promise<GroupObservation>>()
  const observeGroup = (name: string, topics?: readonly string[]): void =>
    void groups.set(`${name} ${topics}`, watch.observe(name, topics))
  if (run !== undefined) observeGroup(nameInCluster(kafka, run))
  const sinks: (() => SeenSink)[] = []
  const look = looker(questdb)
  const over = new AbortController()
  const lookNow = (): Promise<void> =>
    look(
      [...groups.values()],
      sinks.map(observe => observe()),
    )
  const looking = (async () => {
    for await (const _ of systemClock.every(NOTE_MS, over.signal)) await lookNow()
  })()
  return {
    monitor: {
      ...monitor,
      async watchGroup(kafka, group, topic) {
        observeGroup(group, [topic])
        await monitor.watchGroup(kafka, group, topic)
      },
      watchSink(observe, ask) {
        sinks.push(() => ({ ...observe(), source: nameInCluster(kafka, observe().task.replace(/^questdb\//, '')) }))
        return monitor.watchSink(observe, ask)
      },
    },
    async close() {
      over.abort()
      await looking
      await lookNow()
      await watch.close()
    },
  }
}

/** Looks once, at all that is shown, and notes it. */
const looker = (questdb: Questdb) => {
  const histories = commitHistories()
  const [lost, toldOf] = [rowAlarms(), alarmBook()]
  const statuses = new Map<string, readonly GroupStatus[]>()
  const falls = new Map<string, number>()
  let waiting: readonly Note[] = []
  let isWriting = false
  const write = async (lags: readonly Note[]): Promise<void> => {
    isWriting = true
    try {
      if (lags.length > 0) await questdb.note(lag, lags)
      const told = waiting
      if (told.length > 0) await questdb.note(alerts, told)
      waiting = waiting.filter(note => !told.includes(note))
    } finally {
      isWriting = false
    }
  }
  return async (groups: readonly (() => Promise<GroupObservation>)[], sinks: readonly SeenSink[]): Promise<void> => {
    const at = systemClock.now()
    const equities = sinks.map(({ source }) => source).filter(source => /\.equity\/\d+$/.test(source))
    const [found] = await Promise.all([
      Promise.all(groups.map(observe => inTime(observe()))),
      ...equities.map(async source => {
        const share = await inTime(fallOf(questdb, source))
        if (share !== undefined) falls.set(source, share)
      }),
    ])
    const seen = found.filter(group => group !== undefined)
    for (const one of seen) statuses.set(one.group, histories.ofGroup(one, at))
    const lags = lagAlarms([...statuses.values()].flat())
    const alarms = [...lags, ...retryAlarms(sinks), ...lost(sinks, at), ...drawdownAlarms(falls)]
    waiting = [...waiting, ...toldOf(alarms, at)].slice(-WAITING_MAX)
    // While the database is away the sinks know it; a write that is on its way is not overtaken.
    if (isWriting || sinks.some(({ waitingFor }) => waitingFor !== null)) return
    await inTime(write(seen.flatMap(group => lagNotes(group, at))))
  }
}

const lagNotes = (group: GroupObservation, at: number): readonly Note[] =>
  group.partitions.map(one => {
    const { topic, partition, lagUs } = one
    return { at, task: group.group, topic, partition, records: lagOf(one), behind_us: lagUs }
  })

/** How far the equity of a partition is below its peak now, as a share of that; 0 before the first row. */
const fallOf = async (questdb: Questdb, source: string): Promise<number> => {
  const newest = 'select drawdown / (equity + drawdown) from equity where source = $1 order by at desc limit 1'
  const [row] = await questdb.query(newest, [source])
  return Number(row?.[0] ?? 0)
}

/** Undefined when it fails, or takes too long. */
const inTime = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  const answered = new AbortController()
  const late = systemClock.sleep(ANSWER_MS, answered.signal).then(() => undefined)
  return Promise.race([answer.catch(() => undefined), late]).finally(() => answered.abort())
}
