import type { Plan, Result } from '../manifest.ts'
import { signed } from '../run.ts'
import { count, rate, type Terminal, table } from '../terminal.ts'

/** How a run in a shared log stands, as far as its partitions have told; and what this process did. */
export interface LiveEnd {
  readonly name: string
  readonly plan: Plan
  readonly results: ReadonlyMap<number, Result>
  /** Rows stepped by this process, and its wall time. */
  readonly rows: number
  readonly seconds: number
  readonly isWhole: boolean
}

export const summaryOf = (terminal: Terminal, { name, plan, results, rows, seconds }: LiveEnd): string => {
  const { style } = terminal
  const told = [...results].sort(([a], [b]) => a - b)
  const figures = told.map(([partition, { ticks, orders, fills, trades, metrics }]) => [
    String(partition),
    ...[ticks, orders, fills, trades].map(count),
    `${signed(metrics.netProfit)} ${plan.currency.code}`,
  ])
  const digests = told.flatMap(([partition, result]) =>
    Object.entries(result.digests).map(([kind, digest]) => [told.length === 1 ? kind : `${kind} ${partition}`, digest]),
  )
  return [
    `${style('dim', 'run')}     ${name}: ${plan.strategy} over ${plan.tape.topic}`,
    `${style('dim', 'speed')}   ${rate(rows / seconds)} ticks/s: ${count(rows)} rows here in ${seconds.toFixed(2)} s`,
    '',
    ...(told.length === 0 ? ['no partition has come to its end yet'] : []),
    ...(told.length === 0
      ? []
      : [table(['partition', 'ticks', 'orders', 'fills', 'round trips', 'net profit'], figures), '']),
    ...digests.map(([kind, digest]) => `digest ${kind!.padEnd(10)} ${digest}`),
  ].join('\n')
}

/** The digests stand at the top where there is one partition, as those of a backtest do. */
export const documentOf = ({ name, plan, results, rows, seconds, isWhole }: LiveEnd): object => {
  const { strategy, params, tape } = plan
  const partitions = [...results].sort(([a], [b]) => a - b).map(([partition, result]) => ({ partition, ...result }))
  const [only] = partitions.length === 1 ? partitions : []
  const speed = { rowsHere: rows, seconds, ticksPerSecond: Math.round(rows / seconds) }
  return {
    ...{ name, status: isWhole ? 'finished' : 'drained', strategy, params, topic: tape.topic },
    ...(only === undefined ? {} : { digests: only.digests }),
    ...{ partitions, ...speed },
  }
}
