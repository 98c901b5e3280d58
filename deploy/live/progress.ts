import type { Log } from '../../engine/log/port.ts'
import type { Micros } from '../../engine/market/units.ts'
import type { Progress } from '../../engine/run/run-strategy.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import type { Plan } from '../manifest.ts'
import { signed, standingOf } from '../run.ts'
import { count, rate, timeLeft } from '../terminal.ts'
import type { Call } from '../verb.ts'
import type { LiveRun } from './partition.ts'

/** Draws all partitions of this process as one line: how they stand, when there is no end to come to. */
export const liveStanding = ({ terminal, signal }: Call, { currency }: Plan): LiveRun['onProgress'] => {
  const standing: Standing = new Map()
  return (partition, progress) => {
    note(standing, partition, progress)
    // What ends is summed up.
    if (signal.aborted && progress === null) return
    terminal.status(() => (standing.size === 0 ? ['waiting for rows'] : standingOf([...standing.values()], currency)))
  }
}

type Standing = Map<number, Progress>

/** What another process goes on with is its own to tell. */
const note = (standing: Standing, partition: number, progress: Progress | null): void => {
  if (progress === null) standing.delete(partition)
  else standing.set(partition, progress)
}

/** Draws all partitions of this process as one line: how far, how fast, until when, what came of it. */
export const liveProgress = async (call: Call, log: Log, { tape, currency }: Plan): Promise<LiveRun['onProgress']> => {
  const infos = (await log.topics()).filter(({ topic }) => topic === tape.topic)
  const ends = new Map(infos.map(({ partition, end }) => [partition, end]))
  const standing: Standing = new Map()
  const left = timeLeft()
  let first: { readonly at: number; readonly rows: number } | null = null
  return (partition, progress) => {
    note(standing, partition, progress)
    const all = [...standing]
    if (all.length === 0) return
    const sum = (of: (progress: Progress) => number): number => all.reduce((total, [, one]) => total + of(one), 0)
    const records = all.reduce((total, [one]) => total + (ends.get(one) ?? 0), 0)
    const share = Math.min(1, records === 0 ? 0 : sum(one => one.records) / records)
    call.terminal.progress(share, () => {
      const now = performance.now()
      const rows = sum(one => one.rows)
      first ??= { at: now, rows }
      const speed = now > first.at ? (rows - first.rows) / ((now - first.at) / 1000) : 0
      const when = formatMicros(Math.max(...all.map(([, { at }]) => at)) as Micros).slice(0, 16)
      const earned = signed(sum(one => one.profit) / 10 ** currency.decimals)
      const members = all.length === 1 ? [] : [`${all.length} partitions`]
      return [
        `${rate(speed)} ticks/s`,
        ...members,
        when,
        `${count(sum(one => one.orders))} orders`,
        earned,
        left(share),
      ]
    })
  }
}
