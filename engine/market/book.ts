import { type Check, checkAs } from './check.ts'
import { parseFloat64 } from './decimal.ts'
import { type Micros, micros } from './units.ts'

const check: Check = checkAs('MARKET_BOOK')

/** The whole size that rests at one price; size 0 in a delta takes the level away. */
export interface Level {
  /** Quote currency. */
  readonly price: number
  /** Base units. */
  readonly size: number
}

/** What changed in a book, whole levels at a time, from sequence number `first` to `last`. */
export interface BookDelta {
  readonly at: Micros
  readonly first: number
  readonly last: number
  /** The `last` of the update before; -1 when the source does not tell. A hole means that an update was lost. */
  readonly previous: number
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/** The whole book (or its top) as it stands at sequence number `last`. */
export interface BookSnapshot {
  readonly at: Micros
  readonly last: number
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/** One level of a snapshot: a row of the topic. The book changes when the row with `isFinal` 1 has come. */
export interface BookSnapshotLevel {
  readonly at: Micros
  /** 'none' is the one row of an update without levels. */
  readonly side: 'bid' | 'ask' | 'none'
  readonly price: number
  readonly size: number
  readonly last: number
  /** 1 on the last level of its update, else 0. */
  readonly isFinal: number
}

/** One level of a delta: a row of the topic. */
export interface BookDeltaLevel extends BookSnapshotLevel {
  readonly first: number
  readonly previous: number
}

/** A level as venues send it: price and size as decimals. */
export type WireLevel = readonly [price: string, size: string]

interface WireBook {
  readonly at: number
  readonly last: number
  readonly bids: readonly WireLevel[]
  readonly asks: readonly WireLevel[]
}

/** Fails: Reject MARKET_BOOK, MARKET_DECIMAL. */
export function bookDelta(wire: WireBook & { readonly first: number; readonly previous?: number }): BookDelta {
  const { first, last, previous = -1 } = wire
  check(isSequence(first), 'first sequence number', first, 'an integer of 0 or more')
  check(isSequence(last) && last >= first, 'last sequence number', last, `an integer from ${first} on`)
  const isPrevious = previous === -1 || (isSequence(previous) && previous < last)
  check(isPrevious, 'previous sequence number', previous, `an integer below ${last}, or -1`)
  return { at: micros(wire.at), first, last, previous, bids: levels(wire.bids, 0), asks: levels(wire.asks, 0) }
}

/** Refuses levels of size 0: a snapshot has nothing to take away. Fails: Reject MARKET_BOOK, MARKET_DECIMAL. */
export function bookSnapshot({ at, last, bids, asks }: WireBook): BookSnapshot {
  check(isSequence(last), 'last sequence number', last, 'an integer of 0 or more')
  return { at: micros(at), last, bids: levels(bids, Number.MIN_VALUE), asks: levels(asks, Number.MIN_VALUE) }
}

/** The rows of the topic `book-deltas` that carry the update, bids first. */
export const deltaLevels = (delta: BookDelta): BookDeltaLevel[] =>
  snapshotLevels(delta).map(level => ({ ...level, first: delta.first, previous: delta.previous }))

/** The rows of the topic `book-snapshots` that carry the book, bids first. */
export function snapshotLevels({ at, last, bids, asks }: BookSnapshot): BookSnapshotLevel[] {
  const row = (side: BookSnapshotLevel['side'], isFinal: boolean, { price, size }: Level): BookSnapshotLevel => ({
    at,
    side,
    price,
    size,
    last,
    isFinal: isFinal ? 1 : 0,
  })
  const count = bids.length + asks.length
  if (count === 0) return [row('none', true, { price: 0, size: 0 })]
  return [
    ...bids.map((level, i) => row('bid', i + 1 === count, level)),
    ...asks.map((level, i) => row('ask', bids.length + i + 1 === count, level)),
  ]
}

const isSequence = (n: number): boolean => Number.isSafeInteger(n) && n >= 0

const levels = (wire: readonly WireLevel[], smallest: number): Level[] =>
  wire.map(([priceText, sizeText]) => {
    const price = parseFloat64(priceText)
    const size = parseFloat64(sizeText)
    check(price > 0, 'price of a level', priceText, 'a price above 0, quote currency')
    check(size >= smallest, 'size of a level', sizeText, `${smallest > 0 ? 'above 0' : '0 or more'}, base units`)
    return { price, size }
  })
