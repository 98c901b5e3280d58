import { BLOCK_ROWS, type Block } from '../../engine/log/block.ts'
import { emptyBlock } from '../../engine/log/build.ts'
import type { Oddity, Reason, Tally } from './findings.ts'
import type { InstrumentIndex } from './instruments.ts'
import { jsonCut } from './json-layout.ts'
import { isIdle, type Layout } from './layout.ts'
import { delimitedCut, type LineCut } from './line-cut.ts'
import type { Policy } from './policy.ts'
import { rowReader, schemaOf } from './readers.ts'
import { type Fields, newFields, type Piece } from './scan.ts'
import type { StampParser } from './stamp.ts'

export interface RowDoorOptions {
  readonly layout: Layout
  readonly stamp: StampParser
  /** Holds the one instrument of the file already when no column tells it. */
  readonly instruments: InstrumentIndex
  /** Take rows whose time is before the last one. */
  readonly anyOrder: boolean
  readonly policy: Policy
  readonly tally: Tally
  /** What a bar takes, microseconds. */
  readonly spanUs: number
}

/** Turns lines into rows of blocks. */
export interface RowDoor {
  /** Takes lines from `from` on until the block is full or the piece ends; returns where it stopped. */
  take(piece: Piece, from: number): number
  isFull(): boolean
  hasRows(): boolean
  /** The rows that were taken since the last call. The block is given away: the next rows go to a new one. */
  block(): Block
}

/**
 * A row is written straight into the columns, and counts only when it is found good: the next one overwrites a row
 * that was refused. Nothing is allocated for a good row.
 */
export const rowDoor = (options: RowDoorOptions): RowDoor => {
  const { layout, stamp, instruments, anyOrder, policy, tally } = options
  const { at: atPlace, instrument: keyPlace } = layout.places
  const readValues = rowReader(layout, tally, options.spanUs)
  const fields = newFields()
  const cut = cutOf(layout, fields)
  let block = emptyBlock(schemaOf(layout.kind))
  const prior = { block, row: -1, at: NaN }

  const readRow = (bytes: Uint8Array): Reason | Oddity | '' => {
    if (cut.finding !== '') return cut.finding
    const at = stamp(bytes, fields, atPlace)
    if (Number.isNaN(at)) return 'bad-stamp'
    if (at < tally.lastAt && !anyOrder) return 'out-of-order'
    const key = keyPlace < 0 ? 0 : instruments.find(bytes, fields, keyPlace)
    if (key < 0) return 'unknown-instrument'
    block.at[block.count] = at
    block.key[block.count] = key
    return readValues(bytes, fields, block, block.count)
  }
  const keepRow = (): void => {
    const at = block.at[block.count]!
    if (tally.rows++ === 0) tally.firstAt = at
    if (at === prior.at) tally.equalStamps++
    if (at < tally.lastAt) tally.takenOutOfOrder++
    else tally.lastAt = at
    prior.at = at
    prior.block = block
    prior.row = block.count++
  }
  const isRepeated = (): boolean =>
    block.at[block.count] === prior.at && hasSameValues(block, block.count, prior.block, prior.row)

  return {
    take: (piece, from) => {
      const { bytes } = piece
      let line = from
      while (line < bytes.length && block.count < BLOCK_ROWS) {
        const next = cut.next(piece, line)
        tally.lines++
        if (!isIdle(bytes[line]!)) {
          const finding = readRow(cut.bytes)
          if (finding === '' || policy.admits(finding, bytes, line, next)) {
            if (!isRepeated() || policy.admits('duplicate', bytes, line, next)) keepRow()
          }
        }
        line = next
      }
      return line
    },
    isFull: () => block.count === BLOCK_ROWS,
    hasRows: () => block.count > 0,
    block: () => {
      const full = block
      for (const name of instruments.names) full.keys.push(name)
      block = emptyBlock(full.schema)
      return full
    },
  }
}

const cutOf = ({ delimiter, fieldCount, json }: Layout, fields: Fields): LineCut =>
  json === null ? delimitedCut(delimiter, fieldCount, fields) : jsonCut(json, fields)

const hasSameValues = (block: Block, row: number, other: Block, otherRow: number): boolean =>
  block.key[row] === other.key[otherRow] &&
  Object.keys(block.columns).every(name => block.columns[name]![row] === other.columns[name]![otherRow])
