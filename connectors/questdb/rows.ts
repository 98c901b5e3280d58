import type { Block } from '../../engine/log/block.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { columnsOf, type Encoder, faultOf, headsOf, type Origin, remembered } from './encoder.ts'
import {
  doublePiece,
  endLine,
  escapeSymbol,
  FRAME_BYTES,
  hasRoom,
  putBytes,
  putDouble,
  putSeq,
  putText,
  SPACE,
  textBytes,
} from './ilp.ts'
import { seqsOf } from './place.ts'
import type { Table } from './tables.ts'

/** Each row is a line, each field a column. Fails: Fault QUESTDB_TABLE. */
export const rowEncoder = (table: Table, schema: Schema, origin: Origin): Encoder => {
  const columns = columnsOf(table, schema)
  const ofType = (type: string) => columns.filter(column => column.type === type)
  const symbols = ofType('SYMBOL').map(({ field, name }) => ({ field, pieces: symbolPieces(name) }))
  const doubles = ofType('DOUBLE').map(({ field, name }) => ({ field, piece: doublePiece(name) }))
  const texts = ofType('VARCHAR').map(({ field, name }) => ({ field, piece: Buffer.from(`,${name}=`) }))
  const textFields = [...symbols, ...texts].map(({ field }) => field)
  const fixedBytes = FRAME_BYTES + columns.reduce((sum, { name }) => sum + name.length + 16, 0)
  const headOf = headsOf(table, origin)

  const bytesOf = ({ columns: data }: Block, row: number, head: Buffer): number =>
    textFields.reduce((sum, field) => sum + textBytes(data[field]![row] as string), fixedBytes + head.length)

  return {
    isWhole: () => true,
    encode(record, from, lines) {
      const { block } = record
      const seqs = seqsOf(record)
      const { at, key, columns: data } = block
      const heads = block.keys.map(headOf)
      for (let row = from; row < block.count; row++) {
        const fault = faultOf(block, row)
        if (fault !== null) {
          origin.refuse(seqs(row), fault)
          continue
        }
        const head = heads[key[row]!]!
        if (!hasRoom(lines, bytesOf(block, row, head))) return row
        putBytes(lines, head)
        for (const { field, pieces } of symbols) putBytes(lines, pieces(data[field]![row] as string))
        putBytes(lines, SPACE)
        putSeq(lines, seqs(row))
        for (const { field, piece } of doubles) {
          putBytes(lines, piece)
          putDouble(lines, data[field]![row] as number)
        }
        for (const { field, piece } of texts) {
          putBytes(lines, piece)
          putText(lines, data[field]![row] as string)
        }
        endLine(lines, at[row]!)
      }
      return block.count
    },
  }
}

/** `,side=buy`, made once for each value. */
const symbolPieces = (column: string): ((value: string) => Buffer) => {
  const pieces = remembered<Buffer>()
  return value => pieces(value, () => Buffer.from(`,${column}=${escapeSymbol(value)}`))
}
