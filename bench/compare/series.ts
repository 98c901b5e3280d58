import * as technical from 'technicalindicators'
import type { Kernel } from '../../engine/flow/kernel.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type MarketOptions, market } from '../../engine/testing/operator/market.ts'

/** An indicator that runs: undefined is no value, and NaN is what it says. */
export type Series = (bar: Bar) => number | undefined

export type Library = 'millrace' | 'technicalindicators' | 'trading-signals' | 'indicatorts'

/** One indicator of one library. What works on whole arrays alone has `values` and no `series`. */
export type Entry =
  | { readonly type: 'stream'; start(): Series }
  | { readonly type: 'batch'; values(bars: readonly Bar[]): readonly number[] }

type Read = 'close' | 'middle' | 'bar'

/** A step of ours; of a record its field. */
export const ours = <State, In>(make: () => Kernel<State, In, unknown>, read: Read, field?: string): Entry => ({
  type: 'stream',
  start() {
    const step = make() as unknown as Kernel<unknown, unknown, unknown>
    const state = step.init()
    const [inputOf, numberIn] = [reads[read], numberOf(field)]
    return bar => {
      const value = numberIn(step.step(state, inputOf(bar)))
      // By our rules NaN is no value.
      return Number.isNaN(value) ? undefined : value
    }
  },
})

/** A class of technicalindicators. */
export const theirs = (name: string, parameters: object, read: Read, field?: string): Entry => ({
  type: 'stream',
  start() {
    const none = { values: [], open: [], high: [], low: [], close: [], volume: [] }
    const made = new (technical as unknown as Classes)[name]!({ ...none, ...parameters })
    const [inputOf, numberIn] = [reads[read], numberOf(field)]
    return bar => numberIn(made.nextValue(inputOf(bar)))
  },
})

type Classes = Readonly<Record<string, new (input: object) => { nextValue(input: unknown): unknown }>>

/** A class of trading-signals. */
export const signals = <In>(make: () => { add(input: In): unknown }, read: Read, field?: string): Entry => ({
  type: 'stream',
  start() {
    const made = make() as { add(input: unknown): unknown }
    const [inputOf, numberIn] = [reads[read], numberOf(field)]
    return bar => numberIn(made.add(inputOf(bar)))
  },
})

/** A function of indicatorts, over columns. */
export const batch = (values: (columns: Columns) => readonly number[]): Entry => ({
  type: 'batch',
  values: bars =>
    values({
      highs: bars.map(({ high }) => high),
      lows: bars.map(({ low }) => low),
      closes: bars.map(({ close }) => close),
      volumes: bars.map(({ volume }) => volume),
    }),
})

interface Columns {
  readonly highs: number[]
  readonly lows: number[]
  readonly closes: number[]
  readonly volumes: number[]
}

const reads: Readonly<Record<Read, (bar: Bar) => unknown>> = {
  close: bar => bar.close,
  middle: bar => (bar.high + bar.low) / 2,
  bar: bar => bar,
}

/** Of what comes out: it, or its field. What is chosen once costs an update nothing. */
const numberOf =
  (field: string | undefined) =>
  (value: unknown): number | undefined => {
    const found = field === undefined ? value : (value as Readonly<Record<string, unknown>> | null | undefined)?.[field]
    return typeof found === 'number' ? found : undefined
  }

/** What an entry says of each bar. */
export const valuesOf = (entry: Entry, bars: readonly Bar[]): readonly (number | undefined)[] => {
  if (entry.type === 'batch') return entry.values(bars)
  const series = entry.start()
  return bars.map(series)
}

/** Bars of a made-up market, and of nothing else: with a price they would be trades, too. Each has volume. */
export const walkOf = (options: MarketOptions): readonly Bar[] =>
  (market(options) as unknown as readonly Bar[]).map(
    ({ at, start, open, high, low, close, volume }) =>
      ({ at, start, open, high, low, close, volume: volume + 1, count: 1 }) as Bar,
  )
