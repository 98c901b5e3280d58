import type { Block } from '../../engine/log/block.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { type Encoder, faultsOf, headsOf, type Origin } from './encoder.ts'
import {
  endLine,
  FRAME_BYTES,
  fieldsOf,
  gridPiece,
  hasRoom,
  type Lines,
  putBytes,
  putDouble,
  putFields,
  putSeq,
  putSizes,
} from './ilp.ts'
import { seqsOf } from './place.ts'
import { columnName, type Table } from './tables.ts'

/** Most levels of one update. */
const LEVELS_MAX = 10_000

/** An update of a book whose last level has not come yet. */
interface Update {
  readonly at: number
  /** Fields that are the same on each of its rows. */
  readonly sequences: readonly number[]
  /** Places of its rows. */
  readonly seqs: number[]
  readonly bids: Grid
  readonly asks: Grid
  /** Why it cannot be stored. */
  fault: string | null
}

interface Grid {
  readonly prices: number[]
  readonly sizes: number[]
}

/**
 * The rows of one update of a book are one line: a grid of bids and one of asks, prices in the first row, sizes in the
 * second. It stands at the place of the update's first row and is written when the last has come. An update that the
 * grids could not give back as it was is refused, with all of its rows.
 */
export const levelEncoder = (table: Table, schema: Schema, origin: Origin): Encoder => {
  const headOf = headsOf(table, origin)
  const sequences = schema.fields.map(({ name }) => name).filter(name => !LEVEL.has(name))
  const fields = fieldsOf(sequences.map(columnName))
  const fixedBytes = fields.piece.length + FRAME_BYTES + 2 * (BIDS.length + 8)
  const open = new Map<string, Update>()

  const write = (lines: Lines, head: Buffer, update: Update): void => {
    putBytes(lines, head)
    putFields(
      lines,
      fields,
      update.sequences.map(sequence => [sequence]),
      0,
    )
    putSeq(lines, update.seqs[0]!)
    putGrid(lines, BIDS, update.bids)
    putGrid(lines, ASKS, update.asks)
    endLine(lines, update.at)
  }
  const refuse = ({ seqs, fault }: Update): void => {
    for (const seq of seqs.splice(0)) origin.refuse(seq, fault!)
  }
  return {
    isWhole: () => open.size === 0,
    encode(record, from, lines) {
      const { block } = record
      const [seqs, faultOf] = [seqsOf(record), faultsOf(block)]
      for (let row = from; row < block.count; row++) {
        const key = block.keys[block.key[row]!]!
        const values = sequences.map(name => block.columns[name]![row] as number)
        const update = open.get(key) ?? begin(block.at[row]!, values)
        const isLast = block.columns.isFinal![row] !== 0
        const head = headOf(key)
        // The last level waits until the whole update has room.
        if (isLast && !hasRoom(lines, head.length + fixedBytes + 16 * (update.seqs.length + 1))) return row
        update.fault ??= faultOf(row) ?? levelFault(update, block, row, values)
        update.seqs.push(seqs(row))
        if (update.fault === null) take(update, block, row)
        else refuse(update)
        if (!isLast) open.set(key, update)
        else {
          open.delete(key)
          if (update.fault === null) write(lines, head, update)
        }
      }
      return block.count
    },
  }
}

const LEVEL: ReadonlySet<string> = new Set(['side', 'price', 'size', 'isFinal'])
const BIDS = gridPiece('bids')
const ASKS = gridPiece('asks')

const begin = (at: number, sequences: readonly number[]): Update => ({
  at,
  sequences,
  seqs: [],
  bids: { prices: [], sizes: [] },
  asks: { prices: [], sizes: [] },
  fault: null,
})

/** Why the grids could not give this row back. */
const levelFault = (update: Update, block: Block, row: number, sequences: readonly number[]): string | null => {
  const { side, price, size, isFinal } = block.columns
  if (update.seqs.length === LEVELS_MAX) return `its update has more than ${LEVELS_MAX} levels`
  if (block.at[row] !== update.at || !sequences.every((value, i) => Object.is(value, update.sequences[i])))
    return 'the rows of its update differ in time or sequence'
  if (isFinal![row] !== 0 && isFinal![row] !== 1) return `isFinal is ${isFinal![row]}, but 0 or 1 is expected`
  const isBare = Object.is(price![row], 0) && Object.is(size![row], 0) && isFinal![row] === 1
  const isInOrder =
    side![row] === 'ask' ||
    (side![row] === 'bid' && update.asks.prices.length === 0) ||
    (side![row] === 'none' && update.seqs.length === 0 && isBare)
  return isInOrder ? null : `side '${side![row]}' stands where bids, then asks, or one bare 'none' is expected`
}

const take = ({ bids, asks }: Update, { columns }: Block, row: number): void => {
  if (columns.side![row] === 'none') return
  const { prices, sizes } = columns.side![row] === 'bid' ? bids : asks
  prices.push(columns.price![row] as number)
  sizes.push(columns.size![row] as number)
}

const putGrid = (lines: Lines, piece: Buffer, { prices, sizes }: Grid): void => {
  putBytes(lines, piece)
  putSizes(lines, 2, prices.length)
  for (const price of prices) putDouble(lines, price)
  for (const size of sizes) putDouble(lines, size)
}
