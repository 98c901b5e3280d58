import { assert } from '../../engine/assert.ts'
import { BLOCK_ROWS, type Block } from '../../engine/log/block.ts'
import { emptyBlock } from '../../engine/log/build.ts'
import { toPrice, toQuantity } from '../../engine/market/decimal.ts'
import { instrumentFor } from '../../engine/market/definitions.ts'
import type { Instrument } from '../../engine/market/instrument.ts'
import { quotes, trades } from '../../engine/market/topics.ts'
import type { Lots, Micros, Ticks } from '../../engine/market/units.ts'
import { even } from './chance.ts'
import { type Regime, steps } from './regime.ts'
import { advance, newWalker, type Walker } from './walker.ts'

export interface SampleOptions {
  /** The same seed gives the same market, bit for bit, on every machine. Integer. Default 1. */
  readonly seed?: number
  /** Which of EURUSD, GBPUSD, USDJPY, XAUUSD, BTCUSDT, ETHUSDT. Default: EURUSD. */
  readonly instruments?: readonly string[]
  /** How prices move. Default `mean-reverting`. */
  readonly regime?: Regime
  /** Quotes, or the trades of the same market: each at the bid or ask of the moment. Default `quotes`. */
  readonly topic?: 'quotes' | 'trades'
  /** Rows of all instruments together. Default 1,000,000. */
  readonly rows?: number
  /** Time before the first row. Default 2024-01-01T00:00:00Z, a Monday. */
  readonly from?: Micros
  /** Close from Friday 21:00 to Sunday 22:00 UTC. Default false: open all week. */
  readonly weekends?: boolean
}

export interface SampleMarket {
  /** Definitions, from the start of the market on. */
  readonly instruments: readonly Instrument[]
  /** The market from its start, each time that it is asked for. */
  blocks(): Iterable<Block>
}

/**
 * A market made from a seed, for a first look without a data file.
 *
 * Bid and ask stand on the price grid, sizes on lots; three of ten quotes follow the one before within 10 ms. The path
 * of an instrument depends on the seed, the regime and its name: not on the others, nor on the number of rows.
 *
 * Delivers  rows in order of time, no two of an instrument at the same; blocks of 4,096 rows, the last one shorter
 * Blocks    nothing is made before it is asked for
 * Ends      after `rows` rows
 * Fails     usage INSTRUMENT_UNKNOWN; Defect ASSERT when a number is not an integer or there is no instrument
 *
 * @example
 * [...sampleMarket({ rows: 5000 }).blocks()].map(block => block.count) // => [4096, 904]
 */
export const sampleMarket = (options: SampleOptions = {}): SampleMarket => {
  const { seed = 1, rows = 1_000_000, from = MONDAY, instruments: ids = ['EURUSD'] } = options
  assert(Number.isInteger(seed), `sampleMarket: seed is an integer, not ${seed}`)
  assert(Number.isInteger(rows) && rows >= 0, `sampleMarket: rows is an integer of at least 0, not ${rows}`)
  assert(ids.length > 0 && new Set(ids).size === ids.length, `sampleMarket: instruments are named once each: '${ids}'`)
  const instruments = ids.map(id => ({ ...instrumentFor(id), at: from }))
  return { instruments, blocks: () => blocksOf({ ...options, instruments, seed, rows }) }
}

const MONDAY = (Date.parse('2024-01-01T00:00:00Z') * 1000) as Micros

interface Plan extends Omit<SampleOptions, 'instruments'> {
  readonly instruments: readonly Instrument[]
  readonly seed: number
  readonly rows: number
}

function* blocksOf({ instruments, seed, rows, regime = 'mean-reverting', topic = 'quotes', weekends = false }: Plan) {
  const schema = (topic === 'quotes' ? quotes : trades).schema
  const write = topic === 'quotes' ? writeQuote : writeTrade
  const step = steps[regime]
  const walkers = instruments.map(instrument => newWalker(instrument, seed))
  for (const walker of walkers) advance(walker, step, weekends)

  for (let left = rows; left > 0; left -= BLOCK_ROWS) {
    const block = emptyBlock(schema)
    block.keys.push(...instruments.map(({ id }) => id))
    const end = Math.min(left, BLOCK_ROWS)
    while (block.count < end) {
      const key = earliest(walkers)
      const walker = walkers[key]!
      if (write(walker, block)) {
        block.at[block.count] = walker.at
        block.key[block.count++] = key
      }
      advance(walker, step, weekends)
    }
    yield block
  }
}

/** Of two at the same time, the one that was named first. */
const earliest = (walkers: readonly Walker[]): number => {
  let first = 0
  for (let i = 1; i < walkers.length; i++) if (walkers[i]!.at < walkers[first]!.at) first = i
  return first
}

const writeQuote = ({ bid, ask, bidLots, askLots, terms }: Walker, { columns, count }: Block): boolean => {
  columns.bid![count] = toPrice(bid as Ticks, terms)
  columns.ask![count] = toPrice(ask as Ticks, terms)
  columns.bidSize![count] = toQuantity(bidLots as Lots, terms)
  columns.askSize![count] = toQuantity(askLots as Lots, terms)
  return true
}

/** Not every quote is traded at; a trade takes at most what is shown. */
const writeTrade = ({ bid, ask, bidLots, askLots, terms, tradeChance }: Walker, { columns, count }: Block): boolean => {
  if (even(tradeChance) >= TRADED) return false
  const isBuy = even(tradeChance) < 0.5
  const lots = 1 + Math.floor((isBuy ? askLots : bidLots) * even(tradeChance))
  columns.price![count] = toPrice((isBuy ? ask : bid) as Ticks, terms)
  columns.size![count] = toQuantity(lots as Lots, terms)
  columns.side![count] = isBuy ? 'buy' : 'sell'
  return true
}

/** Share of quotes that are traded at. */
const TRADED = 0.5
