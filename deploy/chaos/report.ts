import { count, table } from '../terminal.ts'
import type { ChaosEnd } from './chaos.ts'

export const documentOfChaos = (end: ChaosEnd): object => ({
  ...end,
  recoveries: Object.fromEntries([...end.recoveries].map(([kind, times]) => [kind, spreadOf(times)])),
  exits: Object.fromEntries([...end.exits].map(([code, exit]) => [code, exit.count])),
})

export const textOfChaos = ({ seed, seconds, rows, recoveries, exits, ...end }: ChaosEnd): string => {
  const all = [...recoveries, ['all', [...recoveries.values()].flat()] as const]
  const lines = all.map(([kind, times]) => {
    const { faults, p50, p99, worst } = spreadOf(times)
    return [kind, count(faults), ...[p50, p99, worst].map(ms => (ms / 1000).toFixed(1))]
  })
  const told = [...exits].map(([code, exit]) => `${exit.count} ${code}`)
  return [
    `seed ${seed}, ${Math.round(seconds)} s: ${count(rows.fed)} rows of the market, ${count(rows.intents)} intents, ` +
      `${count(rows.executions)} executions`,
    `lost ${end.lost}, doubled ${end.doubled}, strange ${end.strange}, torn ${end.torn}, unstable ${end.unstable}`,
    `processes that ended by themselves: ${told.join(', ') || 'none'}`,
    '',
    table(['fault', 'times', 'well again after s, p50', 'p99', 'worst'], lines),
  ].join('\n')
}

interface Spread {
  readonly faults: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly worst: number
}

/**
 * @example
 * spreadOf([30, 10, 20]) // => { faults: 3, p50: 20, p99: 30, worst: 30 }
 */
export const spreadOf = (times: readonly number[]): Spread => {
  const sorted = times.map(Math.round).sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { faults: sorted.length, p50: at(0.5), p99: at(0.99), worst: sorted.at(-1) ?? 0 }
}
