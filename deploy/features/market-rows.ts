import { sampleMarket } from '../../connectors/sample/sample.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import type { Block } from '../../engine/log/block.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { instrumentFor } from '../../engine/market/definitions.ts'
import type { Micros } from '../../engine/market/units.ts'
import type { Source } from '../../models/features/feature-set.ts'
import { timeBarsStep } from '../../operators/bars/time-bars.ts'
import { adxStep } from '../../operators/indicators/adx.ts'
import { emaStep } from '../../operators/indicators/ema.ts'
import { rsiStep } from '../../operators/indicators/rsi.ts'
import { zScoreStep } from '../../operators/indicators/z-score.ts'

/** What operators read. */
export type Kind = Source | 'books'

/** An event with every field that may be read of it. */
export type Row = Readonly<Record<string, number | string>> & { readonly at: number }

/** A market that can be looked at. */
export interface Market {
  /** As a picture calls it. */
  readonly name: string
  /** Whose prices are shown; null: the first that comes. */
  readonly instrument: string | null
  readonly holds: readonly Source[]
  read(source: Source): AsyncIterable<Block> | Iterable<Block>
}

/** The sample market: the same on every machine. */
export const sample: Market = {
  name: 'the sample market, seed 1',
  instrument: 'EURUSD',
  holds: ['trades', 'quotes'],
  read: source => {
    const topic = source === 'quotes' ? 'quotes' : 'trades'
    return sampleMarket({
      topic,
      instruments: ['EURUSD', 'GBPUSD'],
      regime: 'calm',
      rows: Number.MAX_SAFE_INTEGER,
    }).blocks()
  },
}

/** The first rows of a market, in the kind that an operator reads. Fails: usage CLI_NAME when there is no such row. */
export const rowsFor = (market: Market, kind: Kind, most: number): Promise<readonly Row[]> => {
  const id = `${kind} ${most}`
  const known = read.get(market) ?? new Map<string, Promise<readonly Row[]>>()
  read.set(market, known)
  if (!known.has(id)) known.set(id, readRows(market, kind, most))
  return known.get(id)!
}

/** Hundreds of operators look at the same rows. */
const read = new WeakMap<Market, Map<string, Promise<readonly Row[]>>>()

const readRows = async (market: Market, kind: Kind, most: number): Promise<readonly Row[]> => {
  const source = sourceFor(market, kind)
  const rows = kind === 'bars' ? await barsOf(market, source, most) : await eventsOf(market, source, most)
  if (rows.length === 0) throw new MillraceError('CLI_NAME', `${market.name} has no ${kind} in that range`)
  return kind === 'books' ? rows.flatMap(bookOf) : rows
}

export const BAR_MS = 60_000

const sourceFor = ({ name, holds }: Market, kind: Kind): Source => {
  const fit: Readonly<Record<Kind, readonly Source[]>> = {
    bars: ['bars', 'trades', 'quotes'],
    trades: ['trades'],
    quotes: ['quotes'],
    books: ['quotes'],
  }
  const found = fit[kind].find(source => holds.includes(source))
  if (found !== undefined) return found
  throw new MillraceError('CLI_NAME', `the operator reads ${kind}, and ${name} holds ${holds.join(', ')}`)
}

const eventsOf = async (market: Market, source: Source, most: number): Promise<readonly Row[]> => {
  const rows: Row[] = []
  let { instrument } = market
  for await (const block of market.read(source))
    for (let row = 0; row < block.count; row++) {
      instrument ??= block.keys[block.key[row]!]!
      if (block.keys[block.key[row]!] !== instrument) continue
      const fields = Object.entries(block.columns).map(([name, column]) => [name, column[row]!])
      rows.push(priced({ ...Object.fromEntries(fields), at: block.at[row]! }))
      if (rows.length === most) return rows
    }
  return rows
}

/** A price for those that read one, whatever it is made of. */
const priced = (row: Row): Row => ({ ...row, price: 'bid' in row ? midOf(row) : (row.price ?? row.close!) })

const midOf = ({ bid, ask }: Row): number => (Number(bid) + Number(ask)) / 2

/** Bars of the instrument, with the price of another one beside them: its own if there is none. */
const barsOf = async (market: Market, source: Source, most: number): Promise<readonly Row[]> => {
  const bars: Bar[] = []
  let [own, other] = [market.instrument, Number.NaN]
  const others: number[] = []
  const made = new Map<string, (row: Row) => void>()
  const take = (key: string, bar: Bar): void => {
    if (key !== own) other = bar.close
    else {
      bars.push({ ...bar })
      others.push(Number.isNaN(other) ? bar.close : other)
    }
  }
  reading: for await (const block of market.read(source)) {
    for (let row = 0; row < block.count; row++) {
      const key = block.keys[block.key[row]!]!
      own ??= key
      const fields = Object.entries(block.columns).map(([name, column]) => [name, column[row]!])
      if (!made.has(key))
        made.set(key, source === 'bars' ? bar => take(key, bar as never) : barMaker(bar => take(key, bar)))
      made.get(key)!({ ...Object.fromEntries(fields), at: block.at[row]! })
      if (bars.length >= most) break reading
    }
  }
  return besides(bars.slice(0, most), others)
}

const barMaker = (emit: (bar: Bar) => void): ((row: Row) => void) => {
  const step = timeBarsStep({ spanMs: BAR_MS })
  const state = step.init()
  return row => {
    step.tick!(state, row.at as Micros, emit)
    step.step(state, ('bid' in row ? midOf(row) : row) as number, emit)
  }
}

/** With the values that signals, sizes and labels are made from. */
const besides = (bars: readonly Bar[], others: readonly number[]): readonly Row[] => {
  const closes = bars.map(({ close }) => close)
  const [fast, slow] = [valuesOf(emaStep({ length: 10 }), closes), valuesOf(emaStep({ length: 50 }), closes)]
  const [z, rsi] = [valuesOf(zScoreStep({ length: 20 }), closes), valuesOf(rsiStep({ length: 14 }), closes)]
  const adx = valuesOf(adxStep({ length: 14 }), bars)
  const rises = fast.map((value, i) => value > slow[i]!)
  return bars.map((bar, i) => {
    const direction = i > 0 && rises[i] !== rises[i - 1] ? (rises[i] ? 1 : -1) : 0
    const wish = { direction, lots: 8 * direction, sigma: 0.0003, from: bar.start, profit: bar.close - bar.open }
    const values = { fast: fast[i]!, slow: slow[i]!, z: z[i]!, rsi: rsi[i]!, adx: adx[i]! }
    const prices = { ...bordersOf(bars, i), price: bar.close, value: bar.close, other: others[i]! }
    return { ...bar, ...wish, ...values, ...ODDS, ...prices }
  })
}

/** What a model may say beside a signal. */
const ODDS = { probability: 0.6, payoff: 1, volatility: 0.1 } as const

/** The bar before as a channel to break, this one's low as a stop, and whose price it is: one of two, in turn. */
const bordersOf = (bars: readonly Bar[], i: number): Readonly<Record<string, number | string>> => {
  const { high: upper, low: lower, open } = bars[Math.max(0, i - 1)]!
  const stop = bars[i]!.low
  return { upper, lower, leaveAbove: open, leaveBelow: open, stop, instrument: i % 2 === 0 ? 'EURUSD' : 'GBPUSD' }
}

const valuesOf = <State, In>(step: Kernel<State, In, number>, inputs: readonly In[]): readonly number[] => {
  const state = step.init()
  return inputs.map(input => step.step(state, input) ?? Number.NaN)
}

const LEVELS = 5

/** A book around a quote: levels a tick apart that hold more the further away they are; and its number. */
const bookOf = ({ at, bid, ask, bidSize, askSize, price }: Row, number: number): readonly Row[] => {
  const tick = Number(instrumentFor('EURUSD').tickSize)
  const levels = Array.from({ length: LEVELS }, (_, i) => [
    { side: 'bid', price: Number(bid) - i * tick, size: Number(bidSize) * (1 + i / 2), isFinal: 0 },
    {
      side: 'ask',
      price: Number(ask) + i * tick,
      size: Number(askSize) * (1 + i / 2),
      isFinal: i === LEVELS - 1 ? 1 : 0,
    },
  ])
  const numbers = { first: number + 1, last: number + 1, previous: -1 }
  return levels.flat().map(level => ({ at, mid: price!, ...level, ...numbers }))
}
