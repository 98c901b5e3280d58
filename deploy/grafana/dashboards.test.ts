import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { exposition } from '../../connectors/metrics/registry.ts'
import { columnTypes } from '../../connectors/questdb/migrate.ts'
import { tables } from '../../connectors/questdb/tables.ts'
import { barViews } from '../../connectors/questdb/views.ts'
import { files } from './dashboards.ts'
import { promqlOf, type Shown, sqlOf } from './macros.ts'
import { type SqlTarget, sources } from './query.ts'
import { readPromql, readSql } from './syntax.ts'

const read = (...path: string[]): string => readFileSync(join(import.meta.dirname, ...path), 'utf8')

const dashboards = globSync('*.json', { cwd: join(import.meta.dirname, 'dashboards') })
  .toSorted()
  .map(file => ({ file, dashboard: JSON.parse(read('dashboards', file)) as Dashboard }))

const parts = dashboards.flatMap(({ file, dashboard }) =>
  (dashboard.panels ?? []).map(panel => ({ name: `${file}: ${panel.title}`, file, panel: panel as Panel })),
)
const panels = parts.filter(({ panel }) => panel.type !== 'row')
const targets = panels.flatMap(({ name, panel }) =>
  (panel.targets ?? []).map(target => ({ name, target: target as Dataquery | SqlTarget })),
)
const promqls = targets.flatMap(({ name, target }) => ('expr' in target ? [{ name, expr: target.expr as string }] : []))
const sqls = targets.flatMap(({ name, target }) => ('rawSql' in target ? [{ name, sql: target.rawSql }] : []))

/** All variables with two values, so that each is replaced as a list. */
const shown: Shown = {
  from: 0,
  to: 3_600_000_000,
  intervalS: 5,
  rateIntervalS: 20,
  chosen: Object.fromEntries(
    ['run', 'consumergroup', 'topic', 'instrument'].map(name => [name, [`${name}-1`, `${name}.2`]]),
  ),
}

describe('the dashboards that are checked in', () => {
  it('are what the TypeScript makes: npm run dashboards', () => {
    const made = new Map([...files()].map(([file, text]) => [file, JSON.parse(text)]))
    expect(new Map(dashboards.map(({ file, dashboard }) => [file, dashboard]))).toEqual(made)
  })

  it.each(dashboards)('$file is read-only, in UTC, and asks servers that the reader chooses', ({ file, dashboard }) => {
    expect(dashboard).toMatchObject({ uid: file.replace('.json', ''), editable: false, timezone: 'utc' })
    const [prometheus, questdb, ...filters] = dashboard.templating.list ?? []
    expect([prometheus, questdb]).toMatchObject([
      { name: 'prometheus', type: 'datasource', query: 'prometheus' },
      { name: 'questdb', type: 'datasource', query: 'questdb-questdb-datasource' },
    ])
    const asked = JSON.stringify(dashboard.panels)
    expect(filters.filter(({ name }) => !new RegExp(`\\$${name}\\b`).test(asked))).toEqual([])
    // On a change of the time, not on load alone: yesterday had other runs.
    expect(filters.filter(({ refresh }) => refresh !== 2)).toEqual([])
  })

  it('have uids and, in each, ids of their own', () => {
    expect(new Set(dashboards.map(({ dashboard }) => dashboard.uid)).size).toBe(dashboards.length)
    expect(new Set(parts.map(({ file, panel }) => `${file} ${panel.id}`)).size).toBe(parts.length)
    expect(parts.filter(({ panel }) => typeof panel.id !== 'number')).toEqual([])
  })

  it('have no two panels of one name', () => {
    expect(new Set(panels.map(({ name }) => name)).size).toBe(panels.length)
  })

  it.each(dashboards)('$file lays no panel over another, nor beyond 24 columns', ({ file }) => {
    const cells = parts
      .filter(part => part.file === file)
      .flatMap(({ panel }) => {
        const { x, y, w, h } = panel.gridPos!
        expect(x + w, panel.title).toBeLessThanOrEqual(24)
        return Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`)
      })
    expect(new Set(cells).size).toBe(cells.length)
  })
})

describe('each panel', () => {
  it.each(panels)('$name says what it shows, in which unit, and from where', ({ panel }) => {
    expect(panel.title).toMatch(/^[A-Z]/)
    expect(panel.description).toMatch(/^[A-Z].*[.]$/)
    expect(panel.fieldConfig?.defaults.unit).toMatch(/./)
    expect(panel.fieldConfig?.defaults.thresholds?.steps[0]).toEqual({ value: null, color: 'green' })
    expect(Object.values(sources)).toContainEqual(panel.datasource)
  })

  it.each(panels)('$name shows its legend, where it has one', ({ panel }) => {
    const { legend } = (panel.options ?? {}) as { readonly legend?: { readonly showLegend?: boolean; show?: boolean } }
    expect(legend === undefined || legend.showLegend || legend.show).toBe(true)
  })

  it.each(panels)('$name asks one source, each question by a letter of its own', ({ panel }) => {
    const asked = (panel.targets ?? []) as unknown as readonly SqlTarget[]
    expect(asked.map(({ refId }) => refId)).toEqual(['A', 'B', 'C', 'D'].slice(0, asked.length))
    expect(asked.filter(({ datasource }) => datasource.uid !== panel.datasource?.uid)).toEqual([])
  })
})

describe('each PromQL', async () => {
  const recorded = parse(read('../prometheus/recording.rules.yml')) as {
    readonly groups: readonly { readonly rules: readonly { readonly record: string }[] }[]
  }
  const told = [...(await exposition().text()).matchAll(/^# TYPE (\S+) (\w+)/gm)]
  const known = new Set([
    ...told.flatMap(([, name, type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map(end => `${name}${end}`) : [name],
    ),
    ...recorded.groups.flatMap(({ rules }) => rules.map(({ record }) => record)),
    // Of the database and of Prometheus themselves; the tests with servers ask for them.
    ...['ALERTS', 'questdb_suspended_tables', 'questdb_wal_apply_seq_txn', 'questdb_wal_apply_writer_txn'],
  ])

  it.each(promqls)('of $name parses, and asks for metrics that there are', ({ expr }) => {
    const { errors, metrics } = readPromql(promqlOf(expr, shown))
    expect(errors).toEqual([])
    expect(metrics.filter(metric => !known.has(metric))).toEqual([])
    expect(metrics).not.toEqual([])
  })

  it.each(promqls)('of $name takes rates over an interval that fits the scrape', ({ expr }) => {
    expect([...expr.matchAll(/\[([^\]]+)\]/g)].filter(([, range]) => range !== '$__rate_interval')).toEqual([])
  })

  it('finds a broken one, and a metric that there is not', () => {
    expect(readPromql('sum(rate(millrace_rows_total[5m])').errors).not.toEqual([])
    expect(readPromql('sum by (run) (rate(millrace_row_total{run="a"}[5m]))').metrics).toEqual(['millrace_row_total'])
  })
})

describe('each SQL', () => {
  const columns = new Map([
    ...tables.map(table => [table.name, columnTypes(table).map(([name]) => name)] as const),
    ...barViews.map(statement => {
      const [, name, query] = /^create materialized view if not exists (\w+) .*?as \((.*)\) partition/s.exec(statement)!
      const { columns, aliases } = readSql(query!)
      return [name!, [...columns, ...aliases]] as const
    }),
  ])

  it.each(sqls)('of $name parses, and asks for tables and columns that there are', ({ sql }) => {
    const asked = readSql(sqlOf(sql, shown))
    expect(asked.errors).toEqual([])
    expect(asked.tables.filter(table => !columns.has(table))).toEqual([])
    const known = [...asked.tables.flatMap(table => columns.get(table) ?? []), ...asked.aliases]
    const isOurs = asked.functions.length === 0
    expect(asked.columns.filter(column => isOurs && !known.includes(column))).toEqual([])
    expect(asked.functions.filter(name => !['tables', 'materialized_views'].includes(name))).toEqual([])
    expect([...asked.tables, ...asked.functions]).not.toEqual([])
  })

  it.each(sqls)('of $name has no macro left, and asks for the time that is shown', ({ sql }) => {
    expect(sqlOf(sql, shown)).not.toContain('$')
    expect(sql.includes('$__timeFilter(') || readSql(sql).functions.length > 0).toBe(true)
  })

  it('finds a broken one, and what there is not', () => {
    expect(readSql('SELECT at FROM quotes SAMPLE 5s').errors).not.toEqual([])
    expect(readSql('SELECT q.bid FROM quotess q LATEST ON att PARTITION BY instrument')).toMatchObject({
      tables: ['quotess'],
      columns: ['bid', 'att', 'instrument'],
    })
  })
})

describe('what Grafana is provisioned with', () => {
  const datasources = parse(read('provisioning/datasources/millrace.yaml')) as {
    readonly datasources: readonly { readonly uid: string; readonly type: string; readonly editable: boolean }[]
  }

  it('has a source of each kind that the panels ask, with a uid that does not change', () => {
    const types = datasources.datasources.map(({ type }) => type)
    expect(types).toEqual([sources.promql.type, sources.sql.type, 'loki'])
    expect(datasources.datasources.map(({ uid }) => uid)).toEqual([
      'millrace-prometheus',
      'millrace-questdb',
      'millrace-loki',
    ])
  })

  it('finds the dashboards where Compose puts them', () => {
    const { providers } = parse(read('provisioning/dashboards/millrace.yaml')) as {
      readonly providers: readonly { readonly options: { readonly path: string } }[]
    }
    const mounted = `../grafana/dashboards:${providers[0]!.options.path}:ro`
    const compose = parse(read('../compose/compose.yaml')) as {
      readonly services: { readonly grafana: { readonly volumes: readonly string[] } }
    }
    expect(compose.services.grafana.volumes).toContain(mounted)
  })
})
