import * as technical from 'technicalindicators'
import type { Kernel } from '../../engine/flow/kernel.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type MarketOptions, market } from '../../engine/testing/operator/market.ts'

/** An indicator that runs, over prices or bars. What comes out is a number or a record of numbers. */
export type Update = (input: unknown) => unknown

export type Library = 'millrace' | 'hand' | 'technicalindicators' | 'trading-signals' | 'indicatorts'

/** One indicator of one library. */
export type Entry = Stream | Batch | Loop

export interface Stream {
  readonly type: 'stream'
  readonly read: Read
  /** What is asked for of a record that comes out. */
  readonly field: string | undefined
  /** What says that there is no value: NaN by our rules, undefined by theirs, where NaN is a value like any other. */
  readonly none: number | undefined
  start(): Update
}

/** What works on whole arrays alone. */
export interface Batch {
  readonly type: 'batch'
  values(bars: readonly Bar[]): readonly number[]
}

/** A loop written by hand, which gives the sum of its values. */
export interface Loop {
  readonly type: 'loop'
  readonly read: Read
  sum(inputs: ArrayLike<unknown>): number
}

/** What of a bar an indicator is given. */
type Read = 'close' | 'middle' | 'bar'

/** A step of ours. */
export const ours = <State, In>(make: () => Kernel<State, In, unknown>, read: Read, field?: string): Stream => ({
  ...{ type: 'stream', read, field, none: Number.NaN },
  start() {
    const kernel = make() as unknown as Kernel<unknown, unknown, unknown>
    const state = kernel.init()
    return input => kernel.step(state, input)
  },
})

/** A step that does nothing but read its input. */
export const nothing = <In>(read: (input: In) => number): Kernel<null, In, number> => ({
  name: 'nothing',
  warmup: 1,
  init: () => null,
  step: (_state, input) => read(input),
})

/** A class of technicalindicators. */
export const theirs = (name: string, parameters: object, read: Read, field?: string): Stream => ({
  ...{ type: 'stream', read, field, none: undefined },
  start() {
    const none = { values: [], open: [], high: [], low: [], close: [], volume: [] }
    const made = new (technical as unknown as Classes)[name]!({ ...none, ...parameters })
    return input => made.nextValue(input)
  },
})

type Classes = Readonly<Record<string, new (input: object) => { nextValue(input: unknown): unknown }>>

/** A class of trading-signals. */
export const signals = <In>(make: () => { add(input: In): unknown }, read: Read, field?: string): Stream => ({
  ...{ type: 'stream', read, field, none: undefined },
  start() {
    const made = make() as { add(input: unknown): unknown }
    return input => made.add(input)
  },
})

export const loopOfPrices = (sum: (prices: ArrayLike<number>) => number): Loop => ({
  ...{ type: 'loop', read: 'close' },
  sum: inputs => sum(inputs as ArrayLike<number>),
})

export const loopOfBars = (sum: (bars: ArrayLike<Bar>) => number): Loop => ({
  ...{ type: 'loop', read: 'bar' },
  sum: inputs => sum(inputs as ArrayLike<Bar>),
})

/** A function of indicatorts, over columns. */
export const batch = (values: (columns: Columns) => readonly number[]): Batch => ({
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

/** What an entry says of each bar. */
export const valuesOf = (entry: Stream | Batch, bars: readonly Bar[]): readonly (number | undefined)[] => {
  if (entry.type === 'batch') return entry.values(bars)
  const { read, field, none } = entry
  const update = entry.start()
  return Array.from(inputsOf(read, bars), input => {
    const said = update(input)
    const value = field === undefined ? said : (said as Numbers)?.[field]
    return typeof value === 'number' && !Object.is(value, none) ? value : undefined
  })
}

/** A record that comes out. */
export type Numbers = Readonly<Record<string, unknown>> | null | undefined

/** Bars of a made-up market, and of nothing else: with a price they would be trades, too. Each has volume. */
export const walkOf = (options: MarketOptions): readonly Bar[] =>
  (market(options) as unknown as readonly Bar[]).map(
    ({ at, start, open, high, low, close, volume }) =>
      ({ at, start, open, high, low, close, volume: volume + 1, count: 1 }) as Bar,
  )
