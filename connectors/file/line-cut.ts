import type { Reason } from './findings.ts'
import { type Fields, type Piece, scanLine } from './scan.ts'

/** Takes lines apart, one after the other. */
export interface LineCut {
  /** What the fields of the last line stand in. */
  bytes: Uint8Array
  /** What is wrong with it as a whole; '' when nothing is. */
  finding: Reason | ''
  /** Finds the fields of the line at `from`; where the next one begins. */
  next(piece: Piece, from: number): number
}

/** Lines of so many fields with a delimiter between them. */
export const delimitedCut = (delimiter: number, fieldCount: number, fields: Fields): LineCut => {
  const cut: LineCut = {
    bytes: new Uint8Array(),
    finding: '',
    next(piece, from) {
      const next = scanLine(piece, from, delimiter, fields)
      cut.bytes = piece.bytes
      cut.finding = fields.count === fieldCount ? '' : 'field-count'
      return next
    },
  }
  return cut
}
