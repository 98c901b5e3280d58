import { PanelBuilder as Candlestick } from '@grafana/grafana-foundation-sdk/candlestick'
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type DataTransformerConfig,
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as Heatmap } from '@grafana/grafana-foundation-sdk/heatmap'
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as Timeseries } from '@grafana/grafana-foundation-sdk/timeseries'
import { type Extent, type Query, sources, targetOf } from './query.ts'

/** Everything that a panel must say; nothing of how Grafana writes it. */
export interface PanelSpec {
  readonly kind: Kind
  readonly title: string
  /** What it shows, and what to do when it is red. */
  readonly description: string
  /** Grafana's name of the unit: `s`, `short`, `percentunit`, `currencyUSD` ... */
  readonly unit: string
  /** All of one source. */
  readonly queries: readonly [Query, ...Query[]]
  /** Green below the first; each colour holds from its value on. */
  readonly limits?: Limits
  /** Columns of 24, and rows. */
  readonly width?: number
  readonly height?: number
  readonly decimals?: number
  /** Of a table of several queries: their columns, and what they are called. It is joined by the other columns. */
  readonly columns?: Readonly<Record<string, string>>
}

export type Kind = 'course' | 'figure' | 'table' | 'heatmap' | 'candles'

type Limits = readonly (readonly [from: number, colour: 'green' | 'orange' | 'red'])[]

export const panelOf = (id: number, spec: PanelSpec): Builder<Panel> => {
  const { kind, title, description, unit, queries, decimals } = spec
  const { builder, extent, width, height } = kinds[kind]()
  const panel = builder
    .id(id)
    .title(title)
    .description(description)
    .datasource(sources[queries[0].type])
    .unit(unit)
    .thresholds(thresholdsOf(spec.limits ?? []))
    .span(spec.width ?? width)
    .height(spec.height ?? height)
    .targets(queries.map((query, i) => targetOf(query, i, extent)))
  if (spec.columns) panel.transformations(joined(spec.columns))
  return decimals === undefined ? panel : panel.decimals(decimals)
}

/** The rows of all queries side by side, without the time of the question. */
const joined = (columns: Readonly<Record<string, string>>): DataTransformerConfig[] => [
  { id: 'merge', options: {} },
  { id: 'organize', options: { excludeByName: { Time: true, __name__: true }, renameByName: columns } },
]

interface Drawn {
  readonly builder: Timeseries | Stat | Table | Heatmap | Candlestick
  readonly extent: Extent
  readonly width: number
  readonly height: number
}

const kinds: Readonly<Record<Kind, () => Drawn>> = {
  course: () => ({
    builder: new Timeseries().legend(legend()).tooltip(tooltip()).showPoints(VisibilityMode.Never).fillOpacity(8),
    extent: 'course',
    width: 12,
    height: 8,
  }),
  figure: () => ({
    builder: new Stat().reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull'])),
    extent: 'newest',
    width: 4,
    height: 4,
  }),
  table: () => ({ builder: new Table().filterable(true), extent: 'rows', width: 12, height: 8 }),
  heatmap: () => ({ builder: new Heatmap().showLegend(), extent: 'buckets', width: 12, height: 8 }),
  candles: () => ({ builder: new Candlestick().legend(legend()), extent: 'rows', width: 24, height: 10 }),
}

const legend = (): VizLegendOptionsBuilder =>
  new VizLegendOptionsBuilder().showLegend(true).displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom)

const tooltip = (): VizTooltipOptionsBuilder => new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi)

const thresholdsOf = (limits: Limits): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: 'green' }, ...limits.map(([value, color]) => ({ value, color }))])
