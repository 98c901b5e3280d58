import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Dashboard as Json,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { type PanelSpec, panelOf } from './panel.ts'
import { sources } from './query.ts'

export interface DashboardSpec {
  /** Fixed, as links and alerts name it; also the name of the file. */
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly filters: readonly Filter[]
  readonly rows: readonly Row[]
}

/** What a reader may narrow it down by: the values of a label, or those of a column. */
export interface Filter {
  readonly name: string
  readonly values: { readonly label: string; readonly of: string } | { readonly sql: string }
  /** One value instead of several. */
  readonly single?: true
}

export interface Row {
  readonly title: string
  readonly panels: readonly PanelSpec[]
}

/** Grafana's v1 JSON of a dashboard. Panels are numbered by row, so that a new one moves no other row's. */
export const dashboardOf = ({ uid, title, description, filters, rows }: DashboardSpec): Json => {
  const empty = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['millrace'])
    .readonly()
    .timezone('utc')
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(linkToTheOthers())
    .variables([...sourceVariables(), ...filters.map(filterVariable)])
  return rows.reduce((dashboard, row, i) => withRow(dashboard, row, 100 * (i + 1)), empty).build()
}

const withRow = (dashboard: DashboardBuilder, { title, panels }: Row, id: number): DashboardBuilder =>
  panels.reduce(
    (row, panel, i) => row.withPanel(panelOf(id + i + 1, panel)),
    dashboard.withRow(new RowBuilder(title).id(id)),
  )

const linkToTheOthers = (): DashboardLinkBuilder =>
  new DashboardLinkBuilder('Millrace')
    .type(DashboardLinkType.Dashboards)
    .tags(['millrace'])
    .asDropdown(true)
    .keepTime(true)
    .includeVars(true)

const sourceVariables = (): DatasourceVariableBuilder[] => [
  new DatasourceVariableBuilder('prometheus').label('Prometheus').type(sources.promql.type),
  new DatasourceVariableBuilder('questdb').label('QuestDB').type(sources.sql.type),
]

const ALL = { text: 'All', value: '$__all' }

/** Prometheus is given the chosen values as an expression, QuestDB as a list of texts. */
const filterVariable = ({ name, values, single }: Filter): QueryVariableBuilder => {
  const variable = new QueryVariableBuilder(name)
    .label(name)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
  const asking =
    'sql' in values
      ? variable.datasource(sources.sql).query({ queryType: 'sql', rawSql: values.sql, refId: name })
      : variable.datasource(sources.promql).query({ query: `label_values(${values.of}, ${values.label})`, refId: name })
  return single ? asking : asking.multi(true).includeAll(true).current(ALL)
}
