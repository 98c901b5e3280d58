import type { AnyKernel } from '../../engine/flow/kernel.ts'
import type { Manual } from './catalogue.ts'
import { BAR_MS, type Kind, type Market, type Row, rowsFor } from './market-rows.ts'
import { panesOf } from './panes.ts'
import { type Stepped, stepped } from './stepped.ts'

type Numbers = readonly (number | null)[]

export interface Candles {
  readonly open: Numbers
  readonly high: Numbers
  readonly low: Numbers
  readonly close: Numbers
}

/** Something that is drawn over the rows: null where there is no value. */
export interface Series {
  readonly id: string
  readonly name: string
  readonly unit: string
  /** `stems` are values of events, `marks` the events themselves on the price. */
  readonly shape: 'line' | 'steps' | 'stems' | 'marks' | 'candles'
  readonly colour: string
  readonly values: Numbers
  readonly candles?: Candles
  /** Of marks: 1 up, -1 down, 0 neither. */
  readonly signs?: readonly number[]
}

/** A price, or a feature below it. */
export interface Pane {
  readonly title: string
  readonly main: boolean
  readonly series: readonly Series[]
}

/** An operator over a market, row by row. */
export interface Picture {
  /** 'rsi(14)'. */
  readonly title: string
  readonly market: string
  /** Event times of the rows, microseconds. */
  readonly at: readonly number[]
  /** Usual time between two rows, microseconds. */
  readonly step: number
  readonly panes: readonly Pane[]
  /** Rows before the first value can come. */
  readonly warmup: number
  /** Rows until it no longer shows where the history began; null when it always will. */
  readonly settle: number | null
  /** Values that came out. */
  readonly values: number
}

export interface PictureOptions {
  readonly market: Market
  /** Most rows; more where the warm-up leaves too few. */
  readonly rows: number
  /** Options of the operator. */
  readonly options: Readonly<Record<string, unknown>>
}

/** Runs an operator over a market and lays out what came of it. Fails: as `rowsFor`, and as its step does. */
export const pictureOf = async (manual: Manual, { market, rows: most, options }: PictureOptions): Promise<Picture> => {
  const kind = kindOf(manual)
  const kernel = await kernelOf(manual, kind, options)
  const found = await rowsFor(market, kind, Math.max(most, kernel.warmup + most / 2))
  const input = kind === 'trades' ? TRADE : manual.inputs[0]
  const rows = found.filter(row => fieldsOf(input).every(field => !Number.isNaN(row[field])))
  const places = kind === 'books' ? placesOf(rows) : rows.map((_, i) => i)
  const shown = rows.filter((_, i) => i === 0 || places[i] !== places[i - 1])
  const outputs = stepped(kernel, input, rows).map(({ row, value }): Stepped => ({ row: places[row]!, value }))
  const perRow = kind === 'books' ? rows.length / shown.length : 1
  const { warmup, settle = warmup } = kernel
  const warm = Math.ceil(warmup / perRow) - 1
  return {
    title: kernel.name,
    market: `${nameOf(market)}, ${kind === 'bars' ? `bars of ${BAR_MS / 60_000} min` : kind}`,
    at: shown.map(({ at }) => at),
    step: kind === 'bars' ? BAR_MS * 1000 : 1000,
    panes: panesOf(manual, shown, outputs, Math.min(shown.length - 1, warm)),
    warmup: warm,
    settle: Number.isFinite(settle) ? Math.ceil(settle / perRow) - 1 : null,
    values: outputs.length,
  }
}

const nameOf = ({ name, instrument }: Market): string => (instrument === null ? name : `${instrument}, ${name}`)

/** Options with which something is to be seen on a market like the sample, where no value of theirs is usual. */
const telling: Readonly<Record<string, unknown>> = {
  ...{ length: 20, spanMs: 300_000, horizonMs: 900_000, levels: 5, quietMs: 600, maxAgeMs: 3_600_000 },
  ...{ notional: 5_000_000, volume: 5_000_000, count: 10, atMost: 9, most: 20, least: 5, withinMs: 500 },
  ...{ size: 0.0002, range: 0.0002, hours: { zone: 'UTC', open: '01:00', close: '04:00' } },
}

/** Of ticks, and of one that knows its market otherwise. */
const tellingOfTicks: Readonly<Record<string, unknown>> = { spanMs: 5000 }
const tellingOf: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { zigZag: { percent: 0.05 } }

/** What nobody has told is usual, or telling, or as in the example. */
const kernelOf = async (manual: Manual, kind: Kind, own: PictureOptions['options']): Promise<AnyKernel> => {
  const { entry, options, kernel, with: make } = manual
  const all = { ...telling, ...(kind === 'bars' ? {} : tellingOfTicks) }
  const free = options.filter(({ name, usual }) => usual === null && name in all)
  const told = { ...Object.fromEntries(free.map(({ name }) => [name, all[name]])), ...tellingOf[entry.name] }
  try {
    return await make({ ...told, ...own })
  } catch {
    return Object.keys(own).length > 0 ? make(own) : kernel
  }
}

const TRADE = { at: 0, price: 0, size: 0, side: 'buy' }

const kindOf = ({ entry, inputs: [input] }: Manual): Kind => {
  const fields = fieldsOf(input)
  if (fields.includes('isFinal')) return 'books'
  if (fields.includes('side') || (entry.subject === 'bars' && /\bTrade$/.test(entry.in))) return 'trades'
  return fields.some(name => ['bid', 'ask', 'bidSize', 'askSize'].includes(name)) ? 'quotes' : 'bars'
}

const fieldsOf = (input: unknown): readonly string[] =>
  typeof input === 'object' && input !== null ? Object.keys(input) : ['price']

/** The levels of a book stand in one place. */
const placesOf = (rows: readonly Row[]): readonly number[] => {
  let place = 0
  return rows.map(({ isFinal }) => (isFinal === 1 ? place++ : place))
}
