import type { Block } from '../../engine/log/block.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { quotes, trades } from '../../engine/market/topics.ts'
import type { ColumnPlaces, RowKind } from './columns.ts'
import { numberAt } from './decimal.ts'
import type { Oddity, Reason } from './findings.ts'
import type { Fields } from './scan.ts'

/** Writes the values of a line into row `row` of the block; says what is wrong or odd, '' when nothing is. */
export type RowReader = (bytes: Uint8Array, fields: Fields, block: Block, row: number) => Reason | Oddity | ''

export const schemaOf = (kind: RowKind): Schema => (kind === 'quotes' ? quotes : trades).schema

export const rowReader = (kind: RowKind, places: ColumnPlaces): RowReader =>
  kind === 'quotes' ? quoteReader(places) : tradeReader(places)

const quoteReader = (places: ColumnPlaces): RowReader => {
  const { bid: bidPlace, ask: askPlace, bidSize: bidSizePlace, askSize: askSizePlace } = places
  return (bytes, fields, { columns }, row) => {
    const bid = numberAt(bytes, fields, bidPlace)
    const ask = numberAt(bytes, fields, askPlace)
    if (Number.isNaN(bid) || Number.isNaN(ask)) return 'bad-number'
    if (bid <= 0 || ask <= 0) return 'bad-price'
    columns.bid![row] = bid
    columns.ask![row] = ask
    if (bidSizePlace >= 0) {
      const wrong = readSize(bytes, fields, bidSizePlace, columns.bidSize as Float64Array, row)
      if (wrong !== '') return wrong
    }
    if (askSizePlace >= 0) {
      const wrong = readSize(bytes, fields, askSizePlace, columns.askSize as Float64Array, row)
      if (wrong !== '') return wrong
    }
    if (ask > bid) return ''
    return ask < bid ? 'crossed' : 'locked'
  }
}

const tradeReader = ({ price: pricePlace, size: sizePlace, side: sidePlace }: ColumnPlaces): RowReader => {
  return (bytes, fields, { columns }, row) => {
    const price = numberAt(bytes, fields, pricePlace)
    if (Number.isNaN(price)) return 'bad-number'
    if (price <= 0) return 'bad-price'
    columns.price![row] = price
    columns.side![row] = sidePlace < 0 ? 'unknown' : sideOf(bytes[fields.starts[sidePlace]!]!)
    if (sizePlace < 0) return ''
    return readSize(bytes, fields, sizePlace, columns.size as Float64Array, row)
  }
}

/** An empty field is a size that the source does not tell: 0. */
const readSize = (bytes: Uint8Array, fields: Fields, place: number, column: Float64Array, row: number): Reason | '' => {
  const size = fields.starts[place] === fields.ends[place] ? 0 : numberAt(bytes, fields, place)
  if (Number.isNaN(size)) return 'bad-number'
  if (size < 0) return 'bad-size'
  column[row] = size
  return ''
}

/** 'buy', 'B', 'Sell', 's' ...: the first letter tells. */
const sideOf = (letter: number): 'buy' | 'sell' | 'unknown' => {
  const lower = letter | 0x20
  return lower === 0x62 ? 'buy' : lower === 0x73 ? 'sell' : 'unknown'
}
