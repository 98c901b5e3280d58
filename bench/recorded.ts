import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type Feed, type Ticks, tickColumns, tickSource } from './ticks.ts'

/** A fortnight of EUR/USD quotes, beside the checkout; it is not ours to ship. */
export const QUOTES_FILE = '../shared/data/eurusd-quotes-2014-05.csv.gz'
const quotesFile = new URL(`../${QUOTES_FILE}`, import.meta.url)
const SHA256 = '277c61ea6ac46d6da36ebd99d90a223ea8912b60056c6bac47e67768474c581f'
export const QUOTES = 1_144_807

export const hasQuotes = (): boolean => existsSync(quotesFile)

/** The quotes of the file, in order, as instrument 0; at its end they begin again, a fortnight later. */
export function quotesFeed(): Feed {
  const quotes = readQuotes()
  let row = 0
  let later = 0
  return ticks => {
    for (let i = 0; i < ticks.count; i++, row++) {
      if (row === QUOTES) {
        row = 0
        later += FORTNIGHT_US
      }
      ticks.at[i] = quotes.at[row]! + later
      ticks.bid[i] = quotes.bid[row]!
      ticks.ask[i] = quotes.ask[row]!
    }
  }
}

const FORTNIGHT_US = 15 * 86_400_000_000

/** The quotes dealt out: row i to instrument i mod n. Where the file is not there, the ticks of one instrument are. */
export function dealtFeed(instruments: number): Feed {
  const feed = hasQuotes() ? quotesFeed() : tickSource(1)
  let row = 0
  return ticks => {
    feed(ticks)
    for (let i = 0; i < ticks.count; i++) ticks.key[i] = row++ % instruments
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
