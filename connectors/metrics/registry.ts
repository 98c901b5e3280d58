import { collectDefaultMetrics, type Gauge, Registry } from 'prom-client'
import { assert } from '../../engine/assert.ts'
import type { Histogram } from '../../engine/time/histogram.ts'
import { admission, OTHER } from './admission.ts'
import { type MetricName, type MetricRow, metricTable } from './table.ts'

/** Takes one sample; the labels in the order of the table. A histogram counts in 1 / `scale` of its metric's unit. */
export type Put = (
  name: MetricName,
  labels: readonly (string | number)[],
  value: number | Histogram,
  scale?: number,
) => void

export interface Exposition {
  readonly contentType: string
  readonly put: Put
  /** What was put since the last call, in the text format of Prometheus. */
  text(): Promise<string>
}

export interface ExpositionOptions {
  /** On every series: what tells this process from others. */
  readonly labels?: Readonly<Record<string, string>>
  /** Also what prom-client tells of the process, its memory, garbage collection and event loop. Default true. */
  readonly process?: boolean
}

/**
 * The registry of prom-client behind a port of our own. It is given plain numbers at each scrape and keeps none of
 * them, so a series that is put no more is gone with the next scrape.
 */
export const exposition = ({ labels = {}, process = true }: ExpositionOptions = {}): Exposition => {
  const registry = new Registry()
  registry.setDefaultLabels(labels)
  if (process) collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(name)
  const metrics = new Map(Object.entries(metricTable).map(([name, row]) => [name, metricOf(name, row)]))
  for (const metric of metrics.values()) registry.registerMetric(metric as unknown as Gauge)
  const admit = admission()
  return {
    contentType: registry.contentType,
    put(name, values, value, scale = 1) {
      if (Number.isNaN(value)) return
      const metric = metrics.get(name)!
      assert(values.length === metric.labels.length, `${name} has the labels ${metric.labels}, found ${values}`)
      const shown = values.map((text, i) => admit(metric.labels[i]!, String(text)))
      add(metric, shown, typeof value === 'number' ? value * scale : scaled(value, scale))
    },
    async text() {
      const text = await registry.metrics()
      for (const { series } of metrics.values()) series.clear()
      return text
    },
  }
}

/** Gauges of prom-client that end like counters; promtool refuses them. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

type Value = number | Scaled

interface Scaled {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly sum: number
}

/** A rounding error would be another bucket for Prometheus. */
const scaled = ({ bounds, counts, sum }: Histogram, scale: number): Scaled => ({
  bounds: bounds.map(bound => Number((bound * scale).toPrecision(12))),
  counts: [...counts],
  sum: sum * scale,
})

interface Metric {
  readonly labels: readonly string[]
  readonly merge: (one: Value, other: Value) => Value
  readonly series: Map<string, Series>
  /** What the registry asks for. */
  readonly name: string
  get(): Promise<object>
}

interface Series {
  readonly labels: Readonly<Record<string, string>>
  value: Value
}

const metricOf = (name: string, { type, help, labels, merge }: MetricRow): Metric => {
  const series = new Map<string, Series>()
  return {
    labels: labels.split(' ').filter(label => label !== ''),
    merge: merge === 'max' ? largest : sum,
    series,
    name,
    get: async () => ({ name, help, type, values: [...series.values()].flatMap(one => linesOf(name, one)) }),
  }
}

/** The same series again is its newer value; only what is shown as `other` is put together. */
const add = ({ labels, merge, series }: Metric, values: readonly string[], value: Value): void => {
  const key = values.join('\n')
  const known = series.get(key)
  if (known) known.value = values.includes(OTHER) ? merge(known.value, value) : value
  else series.set(key, { labels: Object.fromEntries(labels.map((label, i) => [label, values[i]!])), value })
}

const largest = (one: Value, other: Value): Value => (one > other ? one : other)

const sum = (one: Value, other: Value): Value => {
  if (typeof one === 'number' || typeof other === 'number') return Number(one) + Number(other)
  return { ...one, counts: one.counts.map((count, i) => count + other.counts[i]!), sum: one.sum + other.sum }
}

const linesOf = (name: string, { labels, value }: Series): object[] => {
  if (typeof value === 'number') return [{ labels, value }]
  let below = 0
  const buckets = [...value.bounds, '+Inf'].map((le, i) => {
    below += value.counts[i]!
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below }
  })
  const whole = { metricName: `${name}_count`, labels, value: below }
  return [...buckets, { metricName: `${name}_sum`, labels, value: value.sum }, whole]
}
