import { bookDelta, bookSnapshot } from '../../engine/market/book.ts'
import type { BookGap } from '../../engine/market/book-keeper.ts'
import { parseFloat64 } from '../../engine/market/decimal.ts'
import { quote } from '../../engine/market/quote.ts'
import { bookDeltas, bookSnapshots, quotes, trades } from '../../engine/market/topics.ts'
import { trade } from '../../engine/market/trade.ts'
import type { Oddity, Reason } from '../file/findings.ts'
import type { RowRuns } from '../file/row-runs.ts'
import { type BookRows, type FeedBook, feedBest, feedBook, feedDelta, feedSnapshot } from './books.ts'
import type { Message } from './message.ts'

/** What may be taken from a feed. */
export type Part = (typeof PARTS)[number]
export const PARTS = ['quotes', 'trades', 'book'] as const

/** One instrument of a feed. */
export interface Feed {
  readonly key: string
  /** '' until a message has told it. */
  symbol: string
  readonly book: FeedBook
  /** Numbers of the last that came; -1 before the first. */
  lastQuote: number
  lastTrade: number
  /** Whether its messages are of the spot market; null before one that tells. */
  isSpot: boolean | null
  /** Trades are taken one by one, or as the venue puts them together: as the first one was; null before it. */
  isWhole: boolean | null
}

export interface FeedDoor {
  /** In order of first appearance. */
  readonly feeds: readonly Feed[]
  /** The feed that a message of that symbol belongs to; null when its instrument is none of those expected. */
  feedOf(symbol: string): Feed | null
  /** Gives out the rows of a message. Fails: Reject for what it tells. */
  take(feed: Feed, message: Message, how: Taking): Outcome
}

/** `other`: it is of a kind that is not read. */
export type Outcome = 'taken' | 'refused' | 'other'

export interface Taking {
  readonly at: number
  /** Whether a message is taken in which something odd was found. */
  readonly admit: (finding: Reason | Oddity) => boolean
  readonly onGap: (gap: BookGap) => void
}

export interface FeedOptions {
  /** The name of the one instrument. Default: symbols are names. */
  readonly instrument?: string
  /** Others are refused. */
  readonly instruments?: readonly string[]
  readonly parts?: readonly Part[]
  /** So many of the best levels of the book after each update. Default: a snapshot, then what changes. */
  readonly levels?: number
}

/** Messages as rows of the market topics. */
export const feedDoor = (options: FeedOptions, out: RowRuns['push']): FeedDoor => {
  const { instrument, instruments, parts = PARTS, levels = null } = options
  const feeds: Feed[] = []
  const opened = (key: string, symbol: string): Feed => {
    const feed = { key, symbol, isSpot: null, book: feedBook(), lastQuote: -1, lastTrade: -1, isWhole: null }
    feeds.push(feed)
    return feed
  }
  const theOnly = (symbol: string): Feed | null => {
    const feed = feeds[0] ?? opened(instrument!, symbol)
    if (feed.symbol === '') feed.symbol = symbol
    return symbol === '' || feed.symbol === symbol ? feed : null
  }
  return {
    feeds,
    feedOf(symbol) {
      if (instrument !== undefined) return theOnly(symbol)
      // A snapshot asked for by REST does not tell whose it is.
      if (symbol === '') return feeds.length === 1 ? feeds[0]! : null
      const known = feeds.find(feed => feed.symbol === symbol)
      return known ?? (instruments === undefined || instruments.includes(symbol) ? opened(symbol, symbol) : null)
    },
    take(feed, message, how) {
      feed.isSpot ??= isOfSpot(message)
      if (message.type === 'quote') return takeQuote(feed, message, how, parts.includes('quotes') ? out : null)
      if (message.type === 'trade') return parts.includes('trades') ? takePrint(feed, message, how, out) : 'other'
      if (message.type === 'other' || !parts.includes('book')) return 'other'
      return takeBook(feed, message, how, rowsOf(feed, levels, out))
    },
  }
}

/** Diffs of futures name the one before, and their quotes a time; trades do not tell, and a snapshot need not. */
const isOfSpot = (message: Message): boolean | null => {
  if (message.type === 'delta') return message.previous < 0
  return message.type === 'quote' ? Number.isNaN(message.venueAt) : null
}

type Of<Type extends Message['type']> = Extract<Message, { readonly type: Type }>
type Out = RowRuns['push']

const takeQuote = (
  feed: Feed,
  { last, best: [[b, bs], [a, as]] }: Of<'quote'>,
  how: Taking,
  out: Out | null,
): Outcome => {
  const [bid, bidSize, ask, askSize] = [parseFloat64(b), parseFloat64(bs), parseFloat64(a), parseFloat64(as)]
  const made = quote({ at: how.at, bid, ask, bidSize, askSize })
  const isNews = last > feed.lastQuote || how.admit('duplicate')
  if (!isNews || (bid >= ask && !how.admit(bid > ask ? 'crossed' : 'locked'))) return 'refused'
  feed.lastQuote = last
  feedBest(feed.book, last, [bid, bidSize, ask, askSize])
  out?.(quotes.schema, feed.key, made)
  return out === null ? 'other' : 'taken'
}

/** A feed may carry both kinds of trades, and they tell the same ones. */
const takePrint = (feed: Feed, { id, isWhole, print }: Of<'trade'>, how: Taking, out: Out): Outcome => {
  feed.isWhole ??= isWhole
  if (feed.isWhole !== isWhole) return 'other'
  const [price, size] = [parseFloat64(print.price), parseFloat64(print.size)]
  const made = trade({ at: how.at, price, size, side: print.side })
  if (id <= feed.lastTrade && !how.admit('duplicate')) return 'refused'
  feed.lastTrade = id
  out(trades.schema, feed.key, made)
  return 'taken'
}

const rowsOf = ({ key }: Feed, levels: number | null, out: Out): BookRows => ({
  snapshot: level => out(bookSnapshots.schema, key, level),
  delta: level => out(bookDeltas.schema, key, level),
  levels,
})

const takeBook = (feed: Feed, message: Of<'delta' | 'snapshot'>, { at, onGap }: Taking, rows: BookRows): Outcome => {
  const gap =
    message.type === 'delta'
      ? feedDelta(feed.book, bookDelta({ ...message, at }), rows)
      : feedSnapshot(feed.book, bookSnapshot({ ...message, at }), rows)
  if (gap !== null) onGap(gap)
  return 'taken'
}
