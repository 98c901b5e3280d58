import type { GroupStatus } from '../../connectors/metrics/commit-histories.ts'
import type { Note } from '../../connectors/questdb/notes.ts'
import type { SinkObservation } from '../../engine/run/observe.ts'

/** Something that is wrong now, by the name that the rules of Prometheus have for it. */
export interface Alarm {
  readonly alert: string
  readonly severity: 'warning' | 'critical'
  /** Where: a group and what it reads, or the partition that a sink stores. */
  readonly task: string
  readonly message: string
  /** It is told when it has lasted as long, microseconds. */
  readonly lastsUs: number
}

const MINUTE_US = 60_000_000

/** A sink by the partition that it stores, as the cluster knows it. */
export type SeenSink = SinkObservation & { readonly source: string }

const byStatus = {
  stall: ['ConsumerStalled', 'critical', 'it commits and its offset does not move'],
  stop: ['ConsumerStalled', 'critical', 'records wait and it does not commit'],
  rewind: ['ConsumerRewound', 'warning', 'its offset went back'],
  warning: ['LagGrowing', 'warning', 'it moves on, and falls behind'],
} as const

export const lagAlarms = (statuses: readonly GroupStatus[]): readonly Alarm[] =>
  statuses.flatMap(({ group, topic, partition, status }): Alarm[] => {
    if (status === 'ok') return []
    const [alert, severity, message] = byStatus[status]
    return [{ alert, severity, task: `${group} ${topic}/${partition}`, message, lastsUs: MINUTE_US }]
  })

export const retryAlarms = (sinks: readonly SeenSink[]): readonly Alarm[] =>
  sinks.flatMap(({ source, waitingFor }): Alarm[] => {
    if (waitingFor === null) return []
    return [{ alert: 'SinkRetrying', severity: 'warning', task: source, message: waitingFor, lastsUs: MINUTE_US }]
  })

const DRAWDOWN = 0.02
const DEEP_DRAWDOWN = 0.03

/** By the partition of the equity: how far it is below its peak, as a share of that. */
export const drawdownAlarms = (falls: ReadonlyMap<string, number>): readonly Alarm[] =>
  [...falls].flatMap(([task, share]): Alarm[] => {
    if (!(share > DRAWDOWN)) return []
    const message = `equity is ${(share * 100).toFixed(2)} % below its peak`
    if (share > DEEP_DRAWDOWN) return [{ alert: 'DrawdownDeep', severity: 'critical', task, message, lastsUs: 0 }]
    return [{ alert: 'Drawdown', severity: 'warning', task, message, lastsUs: 0 }]
  })

/** After ten minutes without another row it is over. */
const QUIET_US = 10 * MINUTE_US

/** Tells which sinks have refused rows lately, and which have stored dead letters. Asked again and again. */
export const rowAlarms = (): ((sinks: readonly SeenSink[], at: number) => readonly Alarm[]) => {
  const seen = new Map<string, { count: number; roseAt: number | null }>()
  const isRising = (key: string, count: number, at: number): boolean => {
    const before = seen.get(key) ?? { count: 0, roseAt: null }
    // A sink that begins again counts from 0.
    const roseAt = count > before.count ? at : before.roseAt
    seen.set(key, { count, roseAt })
    return roseAt !== null && at - roseAt < QUIET_US
  }
  return (sinks, at) =>
    sinks.flatMap(({ source: task, rows, rejects }) => {
      const alarms: Alarm[] = []
      const add = (alert: string, message: string): void =>
        void alarms.push({ alert, severity: 'warning', task, message, lastsUs: 0 })
      if (isRising(`rejects ${task}`, rejects, at))
        add('SinkRejects', 'rows are refused: they are in the table rejects')
      const isLetters = /\.dead-letters\/\d+$/.test(task)
      if (isLetters && isRising(`rows ${task}`, rows, at)) add('DeadLetters', 'rows could not be taken: dead_letters')
      return alarms
    })
}

/** Remembers what is wrong: gives a note of what has become so and has lasted, and of what is over. */
export const alarmBook = (): ((alarms: readonly Alarm[], at: number) => readonly Note[]) => {
  const open = new Map<string, { alarm: Alarm; readonly since: number; isTold: boolean }>()
  return (alarms, at) => {
    const notes: Note[] = []
    const now = new Set<string>()
    for (const alarm of alarms) {
      const key = `${alarm.alert} ${alarm.task}`
      now.add(key)
      const one = open.get(key) ?? { alarm, since: at, isTold: false }
      open.set(key, one)
      if (one.isTold || at - one.since < alarm.lastsUs) continue
      one.isTold = true
      notes.push(noteOf(alarm, at, alarm.severity))
    }
    for (const [key, { alarm, isTold }] of open) {
      if (now.has(key)) continue
      open.delete(key)
      if (isTold) notes.push(noteOf(alarm, at, 'over'))
    }
    return notes
  }
}

const noteOf = ({ alert, task, message }: Alarm, at: number, severity: string): Note => ({
  ...{ at, alert, severity, task, message },
})
