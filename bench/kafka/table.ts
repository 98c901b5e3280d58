import type { LatencyCase, Size, Throughput, ThroughputCase } from './cases.ts'
import type { Goal } from './goals.ts'
import { expectedMids, type Latencies } from './latency.ts'
import { expectedOrders } from './orders.ts'
import type { CaseRuns } from './rounds.ts'

/** What is known of a case after all rounds: medians. */
export type Row = ThroughputRow | LatencyRow

export interface ThroughputRow extends Throughput, Pick<ThroughputCase, 'type' | 'id' | 'says'> {
  readonly ticks: number
  /** Of the hand-written loop: the row is void when it is not the checksum of every round. */
  readonly expected: string
}

export interface LatencyRow extends Latencies, Pick<LatencyCase, 'type' | 'id' | 'says' | 'perSecond'> {
  readonly expected: string
}

export const rowsOf = (runs: readonly CaseRuns[], { ticks, seconds }: Size): readonly Row[] => {
  const orders = expectedOrders(Object.values(ticks))
  return runs.map(({ of, found }) => {
    const { type, id, says } = of
    if (type === 'latency') {
      const { perSecond } = of
      return { type, id, says, perSecond, ...mediansOf(found as Latencies[], expectedMids(perSecond, seconds)) }
    }
    const count = ticks[of.ticks]
    return { type, id, says, ticks: count, ...mediansOf(found as Throughput[], orders.get(count)!) }
  })
}

/** The median of each figure; the first checksum that is not the expected one, if there is one. */
const mediansOf = <Found extends Throughput | Latencies>(
  found: readonly Found[],
  expected: string,
): Found & { readonly expected: string } => {
  const names = Object.keys(found[0]!) as (keyof Found)[]
  const figures = names.map(name => [name, median(found.map(one => one[name]))])
  const checksum = found.find(one => one.checksum !== expected)?.checksum ?? expected
  return { ...Object.fromEntries(figures), checksum, expected }
}

const median = <T>(values: readonly T[]): T =>
  values.toSorted((a, b) => Number(a) - Number(b))[Math.floor(values.length / 2)]!

/** For people: throughput, latency and goals, columns flush. */
export const table = (rows: readonly Row[], goals: readonly Goal[]): string => {
  const throughput = rows.filter(row => row.type === 'throughput')
  const latency = rows.filter(row => row.type === 'latency')
  const base = throughput.find(({ id }) => id === 'blocks')!
  return [
    aligned(
      ['W2, topic to topic', 'ticks', 'ns CPU/tick', 'times', 'ticks/s', 'times', 'commit ms', 'checksum'],
      throughput.map(row => [
        row.says,
        whole(row.ticks),
        figure(row, whole(row.cpuNs)),
        figure(row, (row.cpuNs / base.cpuNs).toFixed(2)),
        figure(row, whole(row.ticksPerSecond)),
        figure(row, (row.ticksPerSecond / base.ticksPerSecond).toFixed(3)),
        row.commitMs === null ? '' : whole(row.commitMs),
        row.checksum,
      ]),
    ),
    aligned(
      ['topic to topic, latency', 'ticks/s', 'p50 us', 'p90', 'p99', 'p50 times', 'checksum'],
      latency.map(row => {
        const bare = latency.find(({ id }) => id === `latency-${row.perSecond}-kafkajs`)!
        return [
          row.says,
          whole(row.perSecond),
          ...[row.p50, row.p90, row.p99].map(us => figure(row, whole(us))),
          figure(row, (row.p50 / bare.p50).toFixed(2)),
          row.checksum,
        ]
      }),
    ),
    aligned(
      ['goal', 'limit', 'found', ''],
      goals.map(({ goal, limit, found, isMet }) => [goal, short(limit), short(found), isMet ? 'met' : 'missed']),
    ),
  ].join('\n')
}

const figure = ({ checksum, expected }: Row, text: string): string => (checksum === expected ? text : 'void')

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

const short = (value: number): string => (value < 100 ? value.toFixed(2) : whole(value))

/** The first column and the last are texts. */
const aligned = (head: readonly string[], lines: readonly (readonly string[])[]): string => {
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map(cells => cells[i]!.length)))
  const isText = (i: number): boolean => i === 0 || i === head.length - 1
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd()
  return `${[head, ...lines].map(line).join('\n')}\n`
}
