import type { Schema } from '../../engine/market/topic.ts'
import { columnsOf, type Encoder, faultsOf, headsOf, type Origin, remembered } from './encoder.ts'
import {
  endLine,
  escapeSymbol,
  FRAME_BYTES,
  fieldsOf,
  hasRoom,
  putBytes,
  putFields,
  putSeq,
  putText,
  textBytes,
} from './ilp.ts'
import { seqsOf } from './place.ts'
import type { Table } from './tables.ts'

/** Each row is a line, each field a column. Fails: Fault QUESTDB_TABLE. */
export const rowEncoder = (table: Table, schema: Schema, origin: Origin): Encoder => {
  const columns = columnsOf(table, schema)
  const doubles = columns.filter(({ type }) => type === 'DOUBLE')
  const texts = columns.filter(({ type }) => type === 'VARCHAR')
  const symbols = columns.filter(({ type }) => type === 'SYMBOL')
  const fields = fieldsOf(doubles.map(({ name }) => name))
  const textPieces = texts.map(({ name }) => Buffer.from(`,${name}=`))
  const symbolPieces = symbols.map(({ name }) => symbolPiece(name))
  const headOf = headsOf(table, origin)
  const fixedBytes = FRAME_BYTES + columns.reduce((sum, { name }) => sum + name.length + 16, 0)

  return {
    isWhole: () => true,
    encode(record, from, lines) {
      const { block } = record
      const { at, key, count } = block
      const [seqOf, faultOf] = [seqsOf(record), faultsOf(block)]
      const heads = block.keys.map(headOf)
      const numbers = doubles.map(({ field }) => block.columns[field] as Float64Array)
      const words = texts.map(({ field }) => block.columns[field] as string[])
      const kinds = symbols.map(({ field }) => block.columns[field] as string[])
      for (let row = from; row < count; row++) {
        const fault = faultOf(row)
        if (fault !== null) {
          origin.refuse(seqOf(row), fault)
          continue
        }
        const head = heads[key[row]!]!
        const bytes = fixedBytes + head.length + bytesOf(words, row) + bytesOf(kinds, row)
        if (!hasRoom(lines, bytes)) return row
        putBytes(lines, head)
        for (let i = 0; i < kinds.length; i++) putBytes(lines, symbolPieces[i]!(kinds[i]![row]!))
        putFields(lines, fields, numbers, row)
        putSeq(lines, seqOf(row))
        for (let i = 0; i < words.length; i++) {
          putBytes(lines, textPieces[i]!)
          putText(lines, words[i]![row]!)
        }
        endLine(lines, at[row]!)
      }
      return count
    },
  }
}

const bytesOf = (columns: readonly string[][], row: number): number => {
  let bytes = 0
  for (let i = 0; i < columns.length; i++) bytes += textBytes(columns[i]![row]!)
  return bytes
}

/** `,side=buy`, made once for each value. */
const symbolPiece = (column: string): ((value: string) => Buffer) => {
  const pieces = remembered<Buffer>()
  return value => pieces(value, () => Buffer.from(`,${column}=${escapeSymbol(value)}`))
}
