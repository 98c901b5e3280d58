import type { LogRecord, Position } from './port.ts'

/** Where a row of a record lies; behind its last row, where the next record begins. */
export const positionOf = ({ offset, block, positions }: LogRecord, row: number): Position => {
  if (positions) return positions(row)
  return row === block.count ? { offset: offset + 1, row: 0 } : { offset, row }
}

/**
 * The first row of a record that does not lie before a position; the count of its rows when all do. A position inside
 * of the record that is behind its rows gives a row that is not there.
 */
export const rowAt = ({ offset, block, positions }: LogRecord, position: Position): number => {
  if (positions === undefined) {
    if (offset === position.offset) return position.row
    return offset < position.offset ? block.count : 0
  }
  let [low, high] = [0, block.count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(positions(middle), position)) low = middle + 1
    else high = middle
  }
  return low
}

const isBefore = (one: Position, other: Position): boolean =>
  one.offset === other.offset ? one.row < other.row : one.offset < other.offset
