import * as technical from 'technicalindicators'
import type { Kernel } from '../../engine/flow/kernel.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type MarketOptions, market } from '../../engine/testing/operator/market.ts'

/** An indicator that runs, over prices or bars: undefined is no value, and NaN is what it says. */
export type Series = (input: unknown) => number | undefined

export type Library = 'millrace' | 'technicalindicators' | 'trading-signals' | 'indicatorts'

/** One indicator of one library. What works on whole arrays alone has `values` and no `series`. */
export type Entry =
  | { readonly type: 'stream'; readonly read: Read; start(): Series }
  | { readonly type: 'batch'; values(bars: readonly Bar[]): readonly number[] }

/** What of a bar an indicator is given. */
type Read = 'close' | 'middle' | 'bar'

/** A step of ours; of a record its field. */
export const ours = <State, In>(make: () => Kernel<State, In, unknown>, read: Read, field?: string): Entry => ({
  type: 'stream',
  read,
  start() {
    const step = make() as unknown as Kernel<unknown, unknown, unknown>
    const state = step.init()
    const numberIn = numberOf(field)
    return input => {
      const value = numberIn(step.step(state, input))
      // By our rules NaN is no value.
      return Number.isNaN(value) ? undefined : value
    }
  },
})

/** A class of technicalindicators. */
export const theirs = (name: string, parameters: object, read: Read, field?: string): Entry => ({
  type: 'stream',
  read,
  start() {
    const none = { values: [], open: [], high: [], low: [], close: [], volume: [] }
    const made = new (technical as unknown as Classes)[name]!({ ...none, ...parameters })
    const numberIn = numberOf(field)
    return input => numberIn(made.nextValue(input))
  },
})

type Classes = Readonly<Record<string, new (input: object) => { nextValue(input: unknown): unknown }>>

/** A class of trading-signals. */
export const signals = <In>(make: () => { add(input: In): unknown }, read: Read, field?: string): Entry => ({
  type: 'stream',
  read,
  start() {
    const made = make() as { add(input: unknown): unknown }
    const numberIn = numberOf(field)
    return input => numberIn(made.add(input))
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

/** What an indicator is given: prices in one piece of memory, or bars. */
export const inputsOf = (read: Read, bars: readonly Bar[]): ArrayLike<unknown> => {
  if (read === 'bar') return bars
  return Float64Array.from(bars, ({ close, high, low }) => (read === 'close' ? close : (high + low) / 2))
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
  return Array.from(inputsOf(entry.read, bars), entry.start())
}

/** Bars of a made-up market, and of nothing else: with a price they would be trades, too. Each has volume. */
export const walkOf = (options: MarketOptions): readonly Bar[] =>
  (market(options) as unknown as readonly Bar[]).map(
    ({ at, start, open, high, low, close, volume }) =>
      ({ at, start, open, high, low, close, volume: volume + 1, count: 1 }) as Bar,
  )
