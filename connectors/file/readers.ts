import type { Block } from '../../engine/log/block.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { quotes, trades } from '../../engine/market/topics.ts'
import { barLines } from './bar-path.ts'
import type { ColumnPlaces, RowKind } from './columns.ts'
import { numberAt } from './decimal.ts'
import type { Oddity, Reason, Tally } from './findings.ts'
import type { Layout } from './layout.ts'
import type { Fields } from './scan.ts'

/** Writes the values of a line into row `row` of the block; says what is wrong or odd, '' when nothing is. */
export type RowReader = (bytes: Uint8Array, fields: Fields, block: Block, row: number) => Reason | Oddity | ''

export const schemaOf = (kind: RowKind): Schema =>
  kind === 'bars' ? barLines : (kind === 'quotes' ? quotes : trades).schema

/** `spanUs` is what a bar takes. */
export const rowReader = ({ kind, places }: Layout, tally: Tally, spanUs: number): RowReader => {
  if (kind === 'bars') return barReader(places, tally, spanUs)
  return kind === 'quotes' ? quoteReader(places) : tradeReader(places)
}

export const quoteReader = (places: ColumnPlaces): RowReader => {
  return (bytes, fields, { columns }, row) => {
    const bid = numberAt(bytes, fields, places.bid)
    const ask = numberAt(bytes, fields, places.ask)
    const bidSize = sizeAt(bytes, fields, places.bidSize)
    const askSize = sizeAt(bytes, fields, places.askSize)
    if (Number.isNaN(bid + ask + bidSize + askSize)) return 'bad-number'
    if (bid <= 0 || ask <= 0) return 'bad-price'
    if (bidSize < 0 || askSize < 0) return 'bad-size'
    columns.bid![row] = bid
    columns.ask![row] = ask
    columns.bidSize![row] = bidSize
    columns.askSize![row] = askSize
    if (ask > bid) return ''
    return ask < bid ? 'crossed' : 'locked'
  }
}

export const tradeReader = (places: ColumnPlaces): RowReader => {
  return (bytes, fields, { columns }, row) => {
    const price = numberAt(bytes, fields, places.price)
    const size = sizeAt(bytes, fields, places.size)
    if (Number.isNaN(price + size)) return 'bad-number'
    if (price <= 0) return 'bad-price'
    if (size < 0) return 'bad-size'
    columns.price![row] = price
    columns.size![row] = size
    columns.side![row] = places.side < 0 ? 'unknown' : sideOf(bytes[fields.starts[places.side]!]!)
    return ''
  }
}

const barReader = (places: ColumnPlaces, tally: Tally, spanUs: number): RowReader => {
  const ends: number[] = []
  return (bytes, fields, { at, key, columns }, row) => {
    const open = numberAt(bytes, fields, places.open)
    const high = numberAt(bytes, fields, places.high)
    const low = numberAt(bytes, fields, places.low)
    const close = numberAt(bytes, fields, places.close)
    if (Number.isNaN(open + high + low + close)) return 'bad-number'
    if (!(low > 0)) return 'bad-price'
    if (high < low || open < low || open > high || close < low || close > high) return 'bad-bar'
    const size = sizeAt(bytes, fields, places.size)
    if (Number.isNaN(size)) return 'bad-number'
    if (size < 0) return 'bad-size'
    const instrument = key[row]!
    if (at[row]! - spanUs < (ends[instrument] ?? Number.NEGATIVE_INFINITY)) return 'overlap'
    ends[instrument] = at[row]!
    columns.open![row] = open
    columns.high![row] = high
    columns.low![row] = low
    columns.close![row] = close
    columns.line![row] = tally.lines
    return ''
  }
}

/** 0 where the source does not tell: there is no such column, or the field is empty. */
const sizeAt = (bytes: Uint8Array, fields: Fields, place: number): number =>
  place < 0 || fields.starts[place] === fields.ends[place] ? 0 : numberAt(bytes, fields, place)

/** 'buy', 'B', 'Sell', 's' ...: the first letter tells. */
const sideOf = (letter: number): 'buy' | 'sell' | 'unknown' => {
  const lower = letter | 0x20
  return lower === 0x62 ? 'buy' : lower === 0x73 ? 'sell' : 'unknown'
}
