import type { ReadMeter } from '../file/bytes.ts'
import type { ColumnValues } from './columns.ts'
import { openParquet } from './read.ts'

/**
 * A Parquet file as the text of a CSV file, with commas and a header: so that the door for files reads its ticks as it
 * reads others, and refuses what it refuses there. Numbers are written so that they are read bit for bit; times are
 * microseconds. Columns of other types (decimals, lists, switches) are left out; a missing number is NaN.
 *
 * Delivers  the header, then every row once, in order
 * Blocks    holds one row group
 * Ends      at the last row, or when the signal aborts
 * Fails     as `openParquet` and its `read` do
 */
export async function* parquetText(meter: ReadMeter, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const { rows, columns, read } = await openParquet(meter.path)
  yield Buffer.from(`${columns.map(({ name }) => field(name)).join(',')}\n`)
  let done = 0
  for await (const group of read(columns, { signal, mayMiss: true })) {
    const written = group.map(values => writer(values))
    const count = group[0]?.length ?? 0
    let text = ''
    for (let row = 0; row < count; row++) {
      for (const [i, write] of written.entries()) text += i === 0 ? write(row) : `,${write(row)}`
      text += '\n'
      if (text.length < PIECE && row < count - 1) continue
      yield Buffer.from(text)
      text = ''
      meter.bytesRead = Math.floor((meter.bytesTotal * (done + row + 1)) / rows)
    }
    done += count
  }
}

/** Letters that are given out at a time, at least. */
const PIECE = 256 * 1024

type Write = (row: number) => string | number

const writer = (values: ColumnValues[keyof ColumnValues]): Write =>
  ArrayBuffer.isView(values) ? row => values[row]! : row => field(values[row]!)

/** Quoted where it must be. A field of the door has no line ends. */
const field = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""').replaceAll(/[\r\n]+/g, ' ')}"` : text
