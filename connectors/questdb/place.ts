import type { LogRecord, Position } from '../../engine/log/port.ts'

/** Most rows of a record. Stored places count by it, so it never changes. */
const ROWS = 4096

/**
 * A row's place in its partition as one number, the column `seq`: it grows along the partition, `seq / 4096` is the
 * offset of the record and `seq % 4096` the row in it.
 */
export const seqOf = (offset: number, row: number): number => offset * ROWS + row

export const positionOfSeq = (seq: number): Position => ({ offset: Math.floor(seq / ROWS), row: seq % ROWS })

/** Places of a record's rows. */
export const seqsOf = ({ offset, positions }: LogRecord): ((row: number) => number) => {
  if (positions === undefined) return row => seqOf(offset, row)
  return row => {
    const position = positions(row)
    return seqOf(position.offset, position.row)
  }
}

/** `topic/partition/offset#row` */
export const placeOf = (topic: string, partition: number, seq: number): string => {
  const { offset, row } = positionOfSeq(seq)
  return `${topic}/${partition}/${offset}#${row}`
}
