import type { WireLevel } from '../../engine/market/book.ts'
import { micros } from '../../engine/market/units.ts'

/** What a message of the venue says, in the words of the wire: decimals are texts. */
export type Message =
  | (Told & { readonly type: 'quote'; readonly last: number; readonly best: readonly [WireLevel, WireLevel] })
  | (Told & { readonly type: 'trade'; readonly id: number; readonly isWhole: boolean; readonly print: Print })
  | (Told & { readonly type: 'delta'; readonly first: number; readonly previous: number } & WireBook)
  | (Told & { readonly type: 'snapshot' } & WireBook)
  | (Told & { readonly type: 'other' })

interface Told {
  /** '' where the message does not tell: snapshots asked for by REST. */
  readonly symbol: string
  /** Event time of the venue, microseconds; NaN where the message does not tell. */
  readonly venueAt: number
}

export interface WireBook {
  readonly last: number
  readonly bids: readonly WireLevel[]
  readonly asks: readonly WireLevel[]
}

export interface Print {
  readonly price: string
  readonly size: string
  /** Of the aggressor. */
  readonly side: 'buy' | 'sell'
}

/**
 * Reads a message: of a combined stream (`{"stream", "data"}`), of a raw one, or a snapshot of the book as REST answers
 * it. Other messages are `other`; null when it is no JSON, or lacks what a message of its kind must have.
 *
 * @example
 * const print = '{"e":"trade","E":1,"s":"BTCUSDT","t":7,"p":"61837.63","q":"0.02","m":true}'
 * decode(print) // => { type: 'trade', symbol: 'BTCUSDT', venueAt: 1000, id: 7, isWhole: false,
 * //                    print: { price: '61837.63', size: '0.02', side: 'sell' } }
 */
export const decode = (json: string): Message | null => {
  const tree = parse(json)
  if (tree === null) return null
  const isWrapped = typeof tree.stream === 'string'
  const data = isWrapped ? objectOf(tree.data) : tree
  if (data === null) return null
  const symbol = textOf(data.s) ?? textOf(data.symbol) ?? ''
  const told = { symbol, venueAt: isCount(data.E) ? micros(data.E * 1000) : Number.NaN }
  const name = data.e ?? (isCount(data.u) && 'B' in data ? 'bookTicker' : 'lastUpdateId' in data ? 'snapshot' : '')
  // Streams of the best few levels look like snapshots, but are not the whole book.
  if (name === 'snapshot') return isWrapped ? { type: 'other', ...told } : snapshotOf(data, told)
  const read = READERS[String(name)]
  if (read === undefined) return { type: 'other', ...told }
  return told.symbol === '' ? null : read(data, told)
}

type Tree = Readonly<Record<string, unknown>>
type Reader = (data: Tree, told: Told) => Message | null

const quoteOf: Reader = ({ u: last, b, B, a, A }, told) => {
  const best = [
    [b, B],
    [a, A],
  ]
  return isCount(last) && areLevels(best)
    ? { type: 'quote', ...told, last, best: best as readonly WireLevel[] as readonly [WireLevel, WireLevel] }
    : null
}

/** `m`: the buyer was there before, so the seller is the aggressor. */
const printOf =
  (isWhole: boolean): Reader =>
  ({ t, a, p: price, q: size, m: isSold }, told) => {
    const id = isWhole ? a : t
    if (!isCount(id) || typeof price !== 'string' || typeof size !== 'string' || typeof isSold !== 'boolean')
      return null
    return { type: 'trade', ...told, id, isWhole, print: { price, size, side: isSold ? 'sell' : 'buy' } }
  }

const deltaOf: Reader = ({ U: first, u: last, pu: previous = -1, b: bids, a: asks }, told) => {
  const isSequence = isCount(first) && isCount(last) && (previous === -1 || isCount(previous))
  if (!isSequence || !areLevels(bids) || !areLevels(asks)) return null
  return { type: 'delta', ...told, first, last, previous: previous as number, bids, asks }
}

const snapshotOf: Reader = ({ lastUpdateId: last, bids, asks }, told) =>
  isCount(last) && areLevels(bids) && areLevels(asks) ? { type: 'snapshot', ...told, last, bids, asks } : null

const READERS: Readonly<Record<string, Reader>> = {
  bookTicker: quoteOf,
  trade: printOf(false),
  aggTrade: printOf(true),
  depthUpdate: deltaOf,
}

const parse = (json: string): Tree | null => {
  try {
    return objectOf(JSON.parse(json))
  } catch {
    return null
  }
}

const objectOf = (value: unknown): Tree | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : null

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const areLevels = (value: unknown): value is readonly WireLevel[] =>
  Array.isArray(value) && value.every(level => Array.isArray(level) && isText(level[0]) && isText(level[1]))

const isText = (value: unknown): boolean => typeof value === 'string'
