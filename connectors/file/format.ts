import { unpackedBytes } from './bytes.ts'
import { textOf } from './decimal.ts'
import { openMeter } from './open.ts'
import { LINE_END } from './scan.ts'

/** What the text of a file is: `capture` has a time in nanoseconds and a message on each line. */
export type TextFormat = 'csv' | 'jsonl' | 'capture'

/**
 * The format of a text file, packed or not, by its first line that is neither blank nor a comment. What is neither of
 * the others is `csv`; so is a pipe, which can be read only once.
 *
 * Fails  as `openMeter` and `unpackedBytes` do
 */
export const textFormat = async (path: string): Promise<TextFormat> => {
  const meter = await openMeter(path)
  if (meter.bytesTotal === 0) return 'csv'
  for await (const bytes of unpackedBytes(meter)) {
    for (let from = 0; from < bytes.length; ) {
      const end = bytes.indexOf(LINE_END, from)
      const line = textOf(bytes, from, Math.min(end < 0 ? bytes.length : end, from + SHOWN))
        .replace(/^\ufeff/, '')
        .trim()
      if (line !== '' && !line.startsWith('#')) return formatOf(line)
      if (end < 0) break
      from = end + 1
    }
  }
  return 'csv'
}

/** Bytes of a line that tell what it is. */
const SHOWN = 64

const formatOf = (line: string): TextFormat => {
  if (/^\d{16,20} +\{/.test(line)) return 'capture'
  return line.startsWith('{') ? 'jsonl' : 'csv'
}
