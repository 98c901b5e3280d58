import type { Schema } from '../../engine/market/topic.ts'
import { type Encoder, faultsOf, headsOf, type Origin } from './encoder.ts'
import { endLine, escapeSymbol, FRAME_BYTES, fieldsOf, hasRoom, putBytes, putFields, putSeq } from './ilp.ts'
import { seqsOf } from './place.ts'
import type { Table } from './tables.ts'

/** Each number of a row is a line of its own, with its field's name: features of any shape in one table. */
export const valueEncoder = (table: Table, { fields }: Schema, origin: Origin): Encoder => {
  const headOf = headsOf(table, origin)
  const value = fieldsOf(['value'])
  const names = fields.map(({ name }) => ({ name, piece: Buffer.from(`,feature=${escapeSymbol(name)}`) }))
  const nameBytes = names.reduce((sum, { piece }) => sum + piece.length, 0)
  return {
    isWhole: () => true,
    encode(record, from, lines) {
      const { block } = record
      const [seqs, faultOf] = [seqsOf(record), faultsOf(block)]
      const { at, key, columns } = block
      const heads = block.keys.map(headOf)
      for (let row = from; row < block.count; row++) {
        const seq = seqs(row)
        const fault = faultOf(row)
        if (fault !== null) {
          origin.refuse(seq, fault)
          continue
        }
        const head = heads[key[row]!]!
        const lineBytes = head.length + FRAME_BYTES + value.piece.length
        if (!hasRoom(lines, names.length * lineBytes + nameBytes, names.length)) return row
        for (const { name, piece } of names) {
          putBytes(lines, head)
          putBytes(lines, piece)
          putFields(lines, value, [columns[name] as Float64Array], row)
          putSeq(lines, seq)
          endLine(lines, at[row]!)
        }
      }
      return block.count
    },
  }
}
