import { MillraceError } from '../../engine/errors.ts'
import { LINE_END, type Piece, pieceOf } from './scan.ts'

/** A line longer than this is not a row of a market: the file is not text. */
export const MAX_LINE_BYTES: number = 1024 * 1024

/**
 * Cuts bytes between lines: every piece holds whole lines. Nothing is copied but the lines that a read cut in two, and
 * the last one when it lacks its line end.
 *
 * Fails  usage FILE_FORMAT when a line is longer than `MAX_LINE_BYTES`; whatever the bytes fail with: the line that was
 *        cut off by that is not delivered
 */
export async function* wholeLines(chunks: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Piece> {
  let tail: Uint8Array = new Uint8Array()
  for await (const chunk of chunks) {
    const firstEnd = chunk.indexOf(LINE_END) + 1
    if (firstEnd === 0) tail = Buffer.concat([tail, chunk])
    else {
      const start = tail.length > 0 ? firstEnd : 0
      const lastEnd = chunk.lastIndexOf(LINE_END) + 1
      if (tail.length > 0) yield pieceOf(Buffer.concat([tail, chunk.subarray(0, firstEnd)]))
      if (start < lastEnd) yield pieceOf(chunk.subarray(start, lastEnd))
      tail = chunk.subarray(lastEnd)
    }
    if (tail.length > MAX_LINE_BYTES)
      throw new MillraceError(
        'FILE_FORMAT',
        `${path}: found a line of more than ${MAX_LINE_BYTES} bytes, expected text`,
      )
  }
  if (tail.length > 0) yield pieceOf(Buffer.concat([tail, Uint8Array.of(LINE_END)]))
}
