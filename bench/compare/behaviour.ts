import type { Bar } from '../../engine/market/bar.ts'
import { deviation, hasPublished, publishedBars } from '../../operators/published.ts'
import type { Indicator } from './row.ts'
import { type Batch, type Stream, valuesOf, walkOf } from './series.ts'

/** How an entry answers the market; null where the question is not asked of it. Errors are relative. */
export interface Behaviour {
  /** Against published values. */
  readonly golden: {
    /** The largest distance. */
    readonly worst: number
    /** The same over the last 100 of 502 bars, when the start should be forgotten. */
    readonly late: number
    /** Bars where one of the two has a value and the other has none. */
    readonly unmatched: number
  } | null
  /** What it says after 100 bars of one price; with 'for ever' when no value came after them either. */
  readonly flat: string
  /** What is left of a price that jumped, 400 bars later. */
  readonly gap: number | null
  /** What 1e9 on all prices changes. */
  readonly offset: number | null
  /** What is left of one price a million times too high, 400 bars later. */
  readonly badTick: number
}

export const behaviourOf = ({ golden, shifted }: Indicator, entry: Stream | Batch): Behaviour => {
  const plain = valuesOf(entry, walk)
  const raised = (from: number, by: number): number | null => {
    if (shifted === null) return null
    return distance(valuesOf(entry, walk.map(raisedFrom(from, by))), plain, shifted === 'rises' ? by : 0)
  }
  return {
    golden: hasPublished && golden ? againstPublished(golden, entry) : null,
    flat: flatOf(entry),
    gap: raised(BARS - 400, JUMP),
    offset: raised(0, 1e9),
    badTick: distance(valuesOf(entry, walk.map(spoilt)), plain, 0),
  }
}

const againstPublished = (
  [file, field]: NonNullable<Indicator['golden']>,
  entry: Stream | Batch,
): Behaviour['golden'] => {
  const values = valuesOf(entry, publishedBars()).map(finite)
  return { ...deviation(values, file, field), late: deviation(values, file, field, 402).worst }
}

const BARS = 600
const JUMP = 512

/** Prices are multiples of 2^-13, which stay what they are when 1e9 is added. */
const walk: readonly Bar[] = walkOf({ seed: 21, count: BARS })

const prices = ['open', 'high', 'low', 'close'] as const

const changed = (bar: Bar, change: (price: number) => number): Bar => ({
  ...bar,
  ...Object.fromEntries(prices.map(name => [name, change(bar[name])])),
})

const raisedFrom =
  (from: number, by: number) =>
  (bar: Bar, index: number): Bar =>
    changed(bar, price => (index >= from ? price + by : price))

const spoilt = (bar: Bar, index: number): Bar =>
  index === BARS - 400 ? { ...bar, high: bar.high * 1e6, close: bar.close * 1e6 } : bar

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null

/** The largest difference over the last 100 values, as a share of the largest; Infinity where one is missing. */
const distance = (
  values: readonly (number | undefined)[],
  others: readonly (number | undefined)[],
  by: number,
): number => {
  const [last, wanted] = [values.slice(-100), others.slice(-100)]
  const largest = Math.max(...wanted.map(value => Math.abs(value ?? Number.NaN)))
  const worst = Math.max(...last.map((value, i) => Math.abs((value ?? Number.NaN) - by - (wanted[i] ?? Number.NaN))))
  return Number.isNaN(worst) ? Infinity : worst / largest
}

const flatOf = (entry: Stream | Batch): string => {
  const [before, after] = [walk.slice(0, 100), walk.slice(100, 300)]
  const { close } = before.at(-1)!
  const flat = Array.from({ length: 100 }, () => changed(before.at(-1)!, () => close))
  const values = valuesOf(entry, [...before, ...flat, ...after])
  const said = values[199]
  const text = said === undefined ? 'none' : String(Math.round(said * 100) / 100)
  return Number.isFinite(values.at(-1)) ? text : `${text} for ever`
}
