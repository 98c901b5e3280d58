import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'

/** A question to one of the two sources. */
export type Query = Promql | Sql

export interface Promql {
  readonly type: 'promql'
  readonly expr: string
  /** `{{topic}}/{{partition}}`: the name of a series, by its labels. */
  readonly legend: string
}

export interface Sql {
  readonly type: 'sql'
  readonly sql: string
}

export const promql = (expr: string, legend: string): Promql => ({ type: 'promql', expr, legend })

/** A string column names the series, the designated timestamp is its time. */
export const sql = (text: string): Sql => ({ type: 'sql', sql: text })

/** The variable of a dashboard that says which server is asked. */
export const sources = {
  promql: { type: 'prometheus', uid: '$prometheus' },
  sql: { type: 'questdb-questdb-datasource', uid: '$questdb' },
} as const

/** How much is asked for: the course over time, the newest value, rows, or buckets. */
export type Extent = 'course' | 'newest' | 'rows' | 'buckets'

export const targetOf = (query: Query, index: number, extent: Extent): Builder<Dataquery> => {
  const refId = String.fromCharCode(65 + index)
  return query.type === 'promql' ? promqlTarget(query, refId, extent) : sqlTarget(query, refId, extent)
}

const promqlTarget = ({ expr, legend }: Promql, refId: string, extent: Extent): Builder<Dataquery> => {
  const target = new DataqueryBuilder().refId(refId).datasource(sources.promql).expr(expr).legendFormat(legend)
  if (extent === 'rows') return target.instant().format(PromQueryFormat.Table)
  if (extent === 'newest') return target.instant()
  return extent === 'buckets' ? target.range().format(PromQueryFormat.Heatmap) : target.range()
}

/** What the QuestDB plugin reads; the SDK does not know it. */
export interface SqlTarget extends Dataquery {
  readonly refId: string
  readonly datasource: typeof sources.sql
  readonly queryType: 'sql'
  readonly rawSql: string
  readonly format: number
  readonly selectedFormat: number
}

/** The plugin's own numbers. */
const formats = { series: 0, table: 1 } as const

const sqlTarget = ({ sql: rawSql }: Sql, refId: string, extent: Extent): Builder<SqlTarget> => {
  const format = extent === 'course' ? formats.series : formats.table
  return {
    build: () => ({
      refId,
      datasource: sources.sql,
      queryType: 'sql',
      rawSql,
      format,
      selectedFormat: format,
      _implementsDataqueryVariant: () => undefined,
    }),
  }
}
