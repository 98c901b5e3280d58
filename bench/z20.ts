import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type Feed, rowsOf, type Ticks, tickColumns } from './ticks.ts'
import { deviation, distance, LENGTH, slide, WINDOW_SIZE } from './window.ts'
import type { Runner } from './workload.ts'

/**
 * Z20: mean reversion on every quote of a recorded fortnight of EUR/USD, one unit at a time. Every variant does this:
 *
 * 1. x = bid + ask in points of 0.00001: a whole number. On prices as floats a z of exactly 2 or 0.5, which the price
 *    grid makes often, falls now on one side and now on the other.
 * 2. z = how many sample deviations x is from the mean of the last 20 x.
 * 3. Flat: sell one when z > 2, buy one when z < -2. In a position: close it when |z| < 0.5. A buy fills at this
 *    quote's ask, a sale at its bid.
 */
export const ENTER = 2
export const LEAVE = 0.5
export const POINTS = 1e5

export interface Trades {
  readonly fills: number
  /** Quote currency. */
  readonly cash: number
}

/** Fills, and cash in quote currency. */
export const Z20_REFERENCE = '76264|-1.22365'

/** Beside the checkout; it is not ours to ship. */
export const QUOTES_FILE = '../shared/data/eurusd-quotes-2014-05.csv.gz'
const quotesFile = new URL(`../${QUOTES_FILE}`, import.meta.url)
const SHA256 = '277c61ea6ac46d6da36ebd99d90a223ea8912b60056c6bac47e67768474c581f'
export const QUOTES = 1_144_807

export const hasQuotes = (): boolean => existsSync(quotesFile)

/** The quotes of the file, in order, as instrument 0. */
export function quotesFeed(): Feed {
  const quotes = readQuotes()
  let from = 0
  return ticks => {
    const { at, bid, ask } = rowsOf(quotes, from, from + ticks.count)
    ticks.at.set(at)
    ticks.bid.set(bid)
    ticks.ask.set(ask)
    from += ticks.count
  }
}

function readQuotes(): Ticks {
  const packed = readFileSync(quotesFile)
  const found = createHash('sha256').update(packed).digest('hex')
  if (found !== SHA256) throw new Error(`${QUOTES_FILE}: sha256 is ${found}, expected ${SHA256}`)
  const ticks = tickColumns(QUOTES)
  const [, ...lines] = gunzipSync(packed).toString('latin1').trimEnd().split('\n')
  for (const [i, line] of lines.entries()) {
    const [atMs, bid, ask] = line.split(',')
    ticks.at[i] = Number(atMs) * 1000
    ticks.bid[i] = Number(bid)
    ticks.ask[i] = Number(ask)
  }
  return ticks
}

const POSITION = 0
const SEEN = 1
const WINDOW = 2

/** Z20 as a loop written by hand. */
export function startZ20(): Runner<Trades> {
  const state = new Float64Array(WINDOW + WINDOW_SIZE)
  const totals = new Float64Array(2)
  return {
    push: ticks => loop(state, totals, ticks),
    result: () => ({ fills: totals[0]!, cash: totals[1]! / POINTS }),
  }
}

function loop(s: Float64Array, totals: Float64Array, { count, bid, ask }: Ticks): void {
  for (let i = 0; i < count; i++) {
    const bidPoints = Math.round(bid[i]! * POINTS)
    const askPoints = Math.round(ask[i]! * POINTS)
    const x = bidPoints + askPoints
    // Whole numbers stay exact in plain sums.
    slide(s, WINDOW, x, false)
    const seen = s[SEEN]! + 1
    s[SEEN] = seen
    if (seen < LENGTH) continue
    const z = distance(s, WINDOW, x) / deviation(s, WINDOW)
    const position = s[POSITION]!
    const order = position === 0 ? (z > ENTER ? -1 : z < -ENTER ? 1 : 0) : Math.abs(z) < LEAVE ? -position : 0
    if (order === 0) continue
    s[POSITION] = position + order
    totals[0] = totals[0]! + 1
    totals[1] = totals[1]! - order * (order > 0 ? askPoints : bidPoints)
  }
}
