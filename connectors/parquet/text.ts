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
    for (let from = 0; from < count; from += PIECE_ROWS) {
      const to = Math.min(count, from + PIECE_ROWS)
      yield Buffer.from(lines(written, from, to))
      meter.bytesRead = Math.floor((meter.bytesTotal * (done + to)) / rows)
    }
    done += count
  }
}

/** Rows that are written at a time. */
const PIECE_ROWS = 4096

type Write = (row: number) => string | number

const lines = (columns: readonly Write[], from: number, to: number): string => {
  let text = ''
  for (let row = from; row < to; row++) {
    for (let i = 0; i < columns.length; i++) text += i === 0 ? columns[i]!(row) : `,${columns[i]!(row)}`
    text += '\n'
  }
  return text
}

const writer = (values: ColumnValues[keyof ColumnValues]): Write =>
  ArrayBuffer.isView(values) ? row => values[row]! : row => field(values[row]!)

/** Quoted where it must be. A field of the door has no line ends. */
const field = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""').replaceAll(/[\r\n]+/g, ' ')}"` : text
