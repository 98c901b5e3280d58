import type { Figure } from '../../engine/figures/figure.ts'
import type { Report } from './report.ts'

/** The figures of a run for programs: each with unit, formula and n; one that does not exist has null for its value. */
export const figureDocument = ({ manifest, folder, calendar, figures, fills, market }: Report): object => {
  const { intervals, series, periods, benchmark, ...groups } = figures
  const { id, strategy, params, tape, currency, result } = manifest
  return {
    ...{ id, strategy, params, topic: tape.topic, currency: currency.code, runDir: folder, calendar },
    figures: {
      ...mapped(groups, plain),
      periods: mapped(periods, plain),
      benchmark: benchmark === undefined ? null : plain(benchmark),
    },
    intervals: mapped(intervals, ({ low = null, high = null, ...about }) => ({ ...about, low, high })),
    months: series.months.map(({ growth = null, ...month }) => ({ ...month, growth })),
    drawdowns: series.drawdowns.map(({ recovered = null, ...drawdown }) => ({ ...drawdown, recovered })),
    fills,
    missing: market.missing === '' ? null : market.missing,
    digests: result?.digests ?? null,
  }
}

const plain = (group: Readonly<Record<string, Figure>>): object =>
  mapped(group, ({ value = null, ...about }) => ({ ...about, value }))

const mapped = <T>(record: Readonly<Record<string, T>>, of: (value: T) => object): object =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]))
