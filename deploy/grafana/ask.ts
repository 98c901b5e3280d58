import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus'
import { promqlOf, type Shown, sqlOf } from './macros.ts'
import type { SqlTarget } from './query.ts'

/** What a panel's query asks, as it is checked in. */
export type Target = Dataquery | SqlTarget

/** One of the answers: a series by its legend and newest value, or a row of a table. */
export interface Answer {
  readonly name: string
  readonly value: number
  readonly row: Readonly<Record<string, unknown>>
}

export interface Servers {
  /** 'http://127.0.0.1:9090' */
  readonly prometheus: string
  readonly questdb: string
}

/** Asks as Grafana does: macros and variables replaced, over the API of the server. */
export const ask = (servers: Servers, target: Target, shown: Shown): Promise<readonly Answer[]> =>
  'rawSql' in target ? askQuestdb(servers, target, shown) : askPrometheus(servers, target, shown)

interface Matrix {
  readonly error?: string
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly value?: readonly [number, string]
      readonly values?: readonly (readonly [number, string])[]
    }[]
  }
}

const askPrometheus = async ({ prometheus }: Servers, target: Dataquery, shown: Shown): Promise<readonly Answer[]> => {
  const query = promqlOf(target.expr!, shown)
  const end = Date.now() / 1000
  const range = { start: `${end - 10 * shown.intervalS}`, end: `${end}`, step: `${shown.intervalS}` }
  const asked = new URLSearchParams(target.instant ? { query, time: `${end}` } : { query, ...range })
  const url = `${prometheus}/api/v1/${target.instant ? 'query' : 'query_range'}?${asked}`
  const { error, data } = (await (await fetch(url)).json()) as Matrix
  if (error !== undefined) throw new Error(`${query}: ${error}`)
  return data.result.map(({ metric, value, values }) => ({
    name: target.legendFormat!.replaceAll(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? ''),
    value: Number((value ?? values!.at(-1)!)[1]),
    row: metric,
  }))
}

interface Exec {
  readonly error?: string
  readonly columns: readonly { readonly name: string }[]
  readonly dataset: readonly (readonly unknown[])[]
}

const askQuestdb = async ({ questdb }: Servers, { rawSql }: SqlTarget, shown: Shown): Promise<readonly Answer[]> => {
  const query = sqlOf(rawSql, shown)
  const { error, columns, dataset } = (await (
    await fetch(`${questdb}/exec?${new URLSearchParams({ query })}`)
  ).json()) as Exec
  if (error !== undefined) throw new Error(`${query}: ${error}`)
  return dataset.map(values => ({
    name: '',
    value: Number.NaN,
    row: Object.fromEntries(columns.map(({ name }, i) => [name, values[i]])),
  }))
}
