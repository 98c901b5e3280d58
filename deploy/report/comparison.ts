import { isDeepStrictEqual } from 'node:util'
import type { Figure } from '../../engine/figures/figure.ts'
import type { RunFigures } from '../../engine/figures/figures.ts'
import { endedResult, type Manifest, readManifest } from '../manifest.ts'
import { openEndedRun } from '../run.ts'
import { calendarFor, calendars } from './calendar.ts'
import { type FirstDifference, firstDifference } from './first-difference.ts'
import { readHistory } from './history.ts'
import { runFigures } from './run-figures.ts'

/** Two runs beside each other. */
export interface Comparison {
  readonly runs: readonly [Manifest, Manifest]
  /** What they were told, where it differs: 'params.window', 'tape.topic', 'latencyUs' … */
  readonly told: readonly Told[]
  /** Null when every decision is the same. */
  readonly decision: FirstDifference | null
  readonly figures: readonly FigurePair[]
  /** Which digests are equal. */
  readonly digests: Readonly<Record<string, boolean>>
}

export interface Told {
  readonly name: string
  readonly values: readonly [unknown, unknown]
}

export interface FigurePair extends Omit<Figure, 'value' | 'n'> {
  readonly group: string
  readonly values: readonly [number | null, number | null]
  readonly n: readonly [number, number]
  /** The second less the first; null where one of them does not exist. */
  readonly difference: number | null
}

/** Fails: fault CLI_RUN when a run has not ended, or its log was in memory. */
export const comparisonOf = async (folders: readonly [string, string]): Promise<Comparison> => {
  const runs = folders.map(readManifest) as [Manifest, Manifest]
  const logs = [await openEndedRun(folders[0], runs[0]), await openEndedRun(folders[1], runs[1])] as const
  try {
    const results = runs.map((manifest, i) => endedResult(folders[i]!, manifest))
    const figures = await Promise.all(
      runs.map(async (manifest, i) => {
        const history = await readHistory({ ...manifest, endEquity: results[i]!.endEquity, log: logs[i]! })
        return runFigures({ manifest, history, calendar: calendars[calendarFor(history.instruments.values())] })
      }),
    )
    const names = Object.keys(results[0]!.digests) as (keyof (typeof results)[0]['digests'])[]
    return {
      runs,
      told: toldOf(runs),
      decision: await firstDifference(logs),
      figures: pairsOf(figures as [RunFigures, RunFigures]),
      digests: Object.fromEntries(names.map(name => [name, results[0]!.digests[name] === results[1]!.digests[name]])),
    }
  } finally {
    await Promise.all(logs.map(log => log.close()))
  }
}

/** What decides what a run comes to; not what it is called, or what it came to. */
const toldOf = (runs: readonly [Manifest, Manifest]): readonly Told[] => {
  const [one, other] = runs.map(flat) as [Record<string, unknown>, Record<string, unknown>]
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return names
    .filter(name => !isDeepStrictEqual(one[name], other[name]))
    .map(name => ({ name, values: [one[name] ?? null, other[name] ?? null] }))
}

const flat = ({ strategy, tape, params, versions, currency, ...rest }: Manifest): Record<string, unknown> => {
  const { source, from, to, startBalance, latencyUs, venue, listed, mode, strategyPrints = {} } = rest
  const { topic, digest, rows } = tape
  return {
    ...{ strategy, source, from, to, startBalance, latencyUs, venue, listed, mode, currency: currency.code },
    ...prefixed('tape', { topic, digest, rows }),
    ...prefixed('params', params),
    ...prefixed('versions', versions),
    ...prefixed('files', strategyPrints),
  }
}

const prefixed = (prefix: string, record: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [`${prefix}.${name}`, value]))

const groups = ['returns', 'ratios', 'drawdown', 'tails', 'trades', 'activity'] as const

const pairsOf = ([one, other]: readonly [RunFigures, RunFigures]): readonly FigurePair[] =>
  groups.flatMap(group =>
    Object.entries<Figure>(one[group]).map(([key, { name, unit, formula, value, n }]) => {
      const second = (other[group] as Readonly<Record<string, Figure>>)[key]!
      const difference = value === undefined || second.value === undefined ? null : second.value - value
      const values = [value ?? null, second.value ?? null] as const
      return { group, name, unit, formula, values, n: [n, second.n], difference }
    }),
  )
