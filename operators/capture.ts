/*
 * What a capture of Binance's public streams says, as rows: a line is the local time in nanoseconds and a message.
 */

export interface Capture {
  readonly quotes: { at: number; bid: number; ask: number; bidSize: number; askSize: number; value: number }[]
  readonly trades: { at: number; price: number; size: number; side: string }[]
  /** Levels of whole books, bids first, ten a side. */
  readonly books: { at: number; side: string; price: number; size: number; isFinal: number }[]
}

type Level = readonly [price: string, size: string]

interface Message {
  readonly stream?: string
  readonly data: Readonly<Record<'b' | 'a' | 'B' | 'A' | 'p' | 'q', string>> & {
    readonly m: boolean
    readonly u: number
  }
  readonly lastUpdateId: number
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

export const capture = (lines: readonly string[]): Capture => {
  const found: Capture = { quotes: [], trades: [], books: [] }
  const book: Book = { last: Number.NaN, shownAt: 0, bids: new Map(), asks: new Map() }
  for (const line of lines) {
    const space = line.indexOf(' ')
    const at = Math.floor(Number(line.slice(0, space)) / 1000)
    take(found, book, at, JSON.parse(line.slice(space + 1)))
  }
  return found
}

const take = (found: Capture, book: Book, at: number, message: Message): void => {
  const { data, stream } = message
  if (stream === undefined) open(book, message)
  else if (stream.endsWith('@bookTicker')) {
    const [bid, ask] = [Number(data.b), Number(data.a)]
    found.quotes.push({ at, bid, ask, bidSize: Number(data.B), askSize: Number(data.A), value: (bid + ask) / 2 })
  } else if (stream.endsWith('@trade'))
    found.trades.push({ at, price: Number(data.p), size: Number(data.q), side: data.m ? 'sell' : 'buy' })
  else if (data.u > book.last) {
    change(book.bids, data.b as unknown as readonly Level[])
    change(book.asks, data.a as unknown as readonly Level[])
    if (at >= book.shownAt + EVERY_US) show(found, book, at)
  }
}

const EVERY_US = 250_000

interface Book {
  last: number
  shownAt: number
  readonly bids: Map<number, number>
  readonly asks: Map<number, number>
}

const open = (book: Book, { lastUpdateId, bids, asks }: Message): void => {
  book.last = lastUpdateId
  change(book.bids, bids)
  change(book.asks, asks)
}

const change = (side: Map<number, number>, levels: readonly Level[]): void => {
  for (const [price, size] of levels) {
    if (Number(size) === 0) side.delete(Number(price))
    else side.set(Number(price), Number(size))
  }
}

const show = ({ books }: Capture, book: Book, at: number): void => {
  book.shownAt = at
  const bids = best(book.bids, 'bid', -1)
  const asks = best(book.asks, 'ask', 1)
  for (const level of [...bids, ...asks]) books.push({ at, ...level, isFinal: 0 })
  books.at(-1)!.isFinal = 1
}

const best = (side: Map<number, number>, name: string, order: 1 | -1) =>
  [...side]
    .sort(([a], [b]) => order * (a - b))
    .slice(0, 10)
    .map(([price, size]) => ({ side: name, price, size }))
