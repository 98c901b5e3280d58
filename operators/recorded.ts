import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Columns } from '../engine/flow/graph.ts'
import type { Kernel } from '../engine/flow/kernel.ts'
import type { Bar } from '../engine/market/bar.ts'
import { micros } from '../engine/market/units.ts'
import { timeBarsStep } from './bars/time-bars.ts'
import { capture } from './capture.ts'
import { adxStep } from './indicators/adx.ts'
import { emaStep } from './indicators/ema.ts'
import { rsiStep } from './indicators/rsi.ts'
import { zScoreStep } from './indicators/z-score.ts'
import { publishedBars } from './published.ts'

/*
 * Recorded markets in the shape in which operators read them. The files do not belong to the repository: where they are
 * absent, the tests that read them do not run, and say so.
 */

const FOLDER = join(import.meta.dirname, '../../shared/data')

export const hasRecorded: boolean = existsSync(FOLDER)

/** For the title of a suite. */
export const recordedOrNot: string = hasRecorded
  ? 'recorded markets'
  : 'recorded markets (ABSENT: ../shared/data is not there, nothing was read)'

/** What a market is recorded as. Rows are in the order of their time, with every field that may be read of them. */
export type Kind = 'quotes' | 'bars' | 'trades' | 'books'

export interface Market {
  readonly kinds: readonly Kind[]
  /** Reads the files; takes seconds. */
  load(): Readonly<Partial<Record<Kind, Columns>>>
}

export const recorded: Readonly<Record<string, Market>> = {
  EURUSD: { kinds: ['quotes', 'bars'], load: () => quotesOf(EURUSD, XAUUSD) },
  XAUUSD: { kinds: ['quotes', 'bars'], load: () => quotesOf(XAUUSD, EURUSD) },
  'BTCUSDT spot': { kinds: ['quotes', 'bars', 'trades', 'books'], load: () => captureOf(SPOT_BTC, USDM_BTC) },
  'BTCUSDT perpetual': { kinds: ['quotes', 'bars', 'trades', 'books'], load: () => captureOf(USDM_BTC, SPOT_BTC) },
  'ETHUSDT perpetual': { kinds: ['quotes', 'bars', 'trades', 'books'], load: () => captureOf(USDM_ETH, USDM_BTC) },
  ...oddMarkets(),
}

/** The odd series that are published beside the values: bars alone, and their closes. */
function oddMarkets(): Readonly<Record<string, Market>> {
  const names = ['bad', 'zeros', 'penny', 'toobig', 'mismatch', 'intraday', 'bitcoin', 'spx', 'longish']
  const files = [...names, '_issue0859.adx.nan', '_issue1127.williamr.original']
  return Object.fromEntries(files.map(name => [`odd: ${name}`, { kinds: ['quotes', 'bars'], load: () => oddOf(name) }]))
}

const pricesOf = ({ open, close }: Bar): Readonly<Record<string, number>> => ({
  ...{ price: close, stop: open, other: open, fast: close, slow: open },
})

/** The bar before as a channel to break, and whose price it is: one of two, in turn. */
const besideOf = (bars: readonly Bar[], i: number): Readonly<Record<string, number | string>> => {
  const { high: upper, low: lower, open } = bars[Math.max(0, i - 1)]!
  return { upper, lower, leaveAbove: open, leaveBelow: open, instrument: i % 2 === 0 ? 'EURUSD' : 'GBPUSD' }
}

/** What a model may say beside a signal. */
const ODDS = { probability: 0.6, payoff: 1, volatility: 0.2 } as const

const oddOf = (name: string): ReturnType<Market['load']> => {
  const bars = publishedBars(name)
  const signals = { ...ODDS, z: 0, adx: 20, rsi: 50, direction: 1, lots: 1, sigma: 0.01 }
  return {
    quotes: columnsOf(
      wished(bars.map(({ at, close }) => ({ at, bid: close, ask: close, bidSize: 0, askSize: 0, value: close }))),
    ),
    bars: columnsOf(
      bars.map((bar, i) => {
        const prices = { ...pricesOf(bar), ...besideOf(bars, i), profit: bar.close - bar.open }
        return { ...bar, ...signals, ...prices, from: bar.start }
      }),
    ),
  }
}

interface File {
  readonly name: string
  readonly sha256: string
  /** What its stamps are behind UTC. */
  readonly lateMs?: number
}

const EURUSD: File = {
  name: 'eurusd-quotes-2014-05.csv.gz',
  sha256: '277c61ea6ac46d6da36ebd99d90a223ea8912b60056c6bac47e67768474c581f',
  lateMs: 5 * 3_600_000,
}
const XAUUSD: File = {
  name: 'xauusd-quotes-2014-05.csv.gz',
  sha256: 'a63a534e54110801e098075f291a1a21066828a09e95fc1171b56ebb94de6759',
}
const SPOT_BTC: File = {
  name: 'binance-spot-btcusdt-20240808.jsonl.gz',
  sha256: '5d263f4c5379cfc27379ef0e22779aa33804463d1b69c292e9c0714e31f2e1b4',
}
const USDM_BTC: File = {
  name: 'binance-usdm-btcusdt-20240808.jsonl.gz',
  sha256: '0ad7b3a0f5cff220761ea890cfd6e3c15f6899edc7f94637ec915043d7a72251',
}
const USDM_ETH: File = {
  name: 'binance-usdm-ethusdt-20240808.jsonl.gz',
  sha256: '6b76bc224bbb7fe402e7206066775e17e18dbc697247fbab8ebcc38289a3f772',
}

const linesOf = ({ name, sha256 }: File): string[] => {
  const packed = readFileSync(join(FOLDER, name))
  const found = createHash('sha256').update(packed).digest('hex')
  if (found !== sha256) throw new Error(`${name}: sha256 is ${found}, expected ${sha256}`)
  return gunzipSync(packed).toString('latin1').trimEnd().split('\n')
}

/** The messages of a capture as they were heard, a line each. */
export const captured = (market: 'BTCUSDT spot' | 'BTCUSDT perpetual'): readonly string[] =>
  linesOf(market === 'BTCUSDT spot' ? SPOT_BTC : USDM_BTC)

type Row = Readonly<Record<string, number | string>> & { readonly at: number }

const columnsOf = (rows: readonly Row[]): Columns => {
  const column = (name: string): ArrayLike<unknown> =>
    typeof rows[0]![name] === 'string' ? rows.map(row => row[name]) : Float64Array.from(rows, row => Number(row[name]))
  const names = Object.keys(rows[0]!).filter(name => name !== 'at')
  return {
    at: Float64Array.from(rows, ({ at }) => at),
    key: new Uint16Array(rows.length),
    keys: ['A'],
    columns: Object.fromEntries(names.map(name => [name, column(name)])),
  }
}

/** What a strategy may want to hold at each quote: nothing, long and short in turns. */
const wished = (quotes: readonly Row[]): readonly Row[] =>
  quotes.map((quote, i) => ({ ...quote, lots: ((i >> 8) % 3) - 1 }))

const quotesOf = (file: File, other: File): ReturnType<Market['load']> => {
  const quotes = quoteRows(file)
  return {
    quotes: columnsOf(wished(quotes)),
    bars: columnsOf(barRows(barsOf(quotes, 60_000), barsOf(quoteRows(other), 60_000))),
  }
}

/** The bars of a capture are made of trades, and a second long. */
const captureOf = (file: File, other: File): ReturnType<Market['load']> => {
  const { quotes, trades, books } = capture(linesOf(file))
  return {
    quotes: columnsOf(wished(quotes)),
    bars: columnsOf(barRows(barsOf(trades, 1000), barsOf(capture(linesOf(other)).trades, 1000))),
    trades: columnsOf(trades),
    books: columnsOf(books),
  }
}

const quoteRows = (file: File): readonly Row[] =>
  linesOf(file)
    .slice(1)
    .map(line => {
      const [atMs, bid, ask] = line.split(',').map(Number) as [number, number, number]
      const at = 1000 * (atMs + (file.lateMs ?? 0))
      return { at, bid, ask, bidSize: 0, askSize: 0, value: (bid + ask) / 2 }
    })

/** Bars of plain prices or of trades. */
const barsOf = (rows: readonly Row[], spanMs: number): readonly Bar[] => {
  const step = timeBarsStep({ spanMs })
  const state = step.init()
  const bars: Bar[] = []
  const emit = (bar: Bar): void => void bars.push({ ...bar })
  for (const row of rows) {
    step.tick!(state, micros(row.at), emit)
    step.step(state, row.value === undefined ? (row as never) : Number(row.value), emit)
  }
  return bars
}

/** Bars with what stands beside them in a mailbox: the other market as of then, values that strategies decide by. */
const barRows = (bars: readonly Bar[], others: readonly Bar[]): readonly Row[] => {
  const closes = bars.map(({ close }) => close)
  const [fast, slow] = [valuesOf(emaStep({ length: 10 }), closes), valuesOf(emaStep({ length: 50 }), closes)]
  const [z, rsi] = [valuesOf(zScoreStep({ length: 20 }), closes), valuesOf(rsiStep({ length: 14 }), closes)]
  const adx = valuesOf(adxStep({ length: 14 }), bars)
  let behind = 0
  const rows = bars.map((bar, i) => {
    while (behind + 1 < others.length && others[behind + 1]!.at <= bar.at) behind += 1
    const direction = Math.sign(fast[i]! - slow[i]!)
    const levels = { fast: fast[i]!, slow: slow[i]!, z: z[i]!, adx: adx[i]!, rsi: rsi[i]! }
    const signals = {
      ...levels,
      ...ODDS,
      stop: bar.low,
      direction,
      lots: direction,
      sigma: 0.001,
      from: bar.start,
      profit: bar.close - bar.open,
    }
    return { ...bar, price: bar.close, other: others[behind]!.close, ...signals, ...besideOf(bars, i) }
  })
  return rows.filter(row => Object.values(row).every(value => typeof value === 'string' || Number.isFinite(value)))
}

const valuesOf = <State, In>(step: Kernel<State, In, number>, inputs: readonly In[]): readonly number[] => {
  const state = step.init()
  return inputs.map(input => step.step(state, input) as number)
}
