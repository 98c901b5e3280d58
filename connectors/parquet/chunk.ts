import { crc32 } from 'node:zlib'
import type { ColumnMetaData, DecodedArray } from 'hyparquet'
import { readColumn } from 'hyparquet/src/column.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { type Chunk, checkPages, readerOf, unpackers } from './pages.ts'

/** Where the bytes of a chunk lie: [from, to). */
export const placeOf = (told: ColumnMetaData): readonly [from: number, to: number] => {
  const { data_page_offset: data, dictionary_page_offset: dictionary = data, total_compressed_size: size } = told
  const from = Number(dictionary > 0n && dictionary < data ? dictionary : data)
  return [from, from + Number(size)]
}

/** The text of a chunk that holds its checksum, where we wrote it: the library writes none of pages. */
export const CHECKSUM = 'crc32'

/** Eight hex digits. */
export const checksumOf = (bytes: Uint8Array): string => crc32(bytes).toString(16).padStart(8, '0')

/**
 * The values of a chunk. What its pages tell of themselves is checked before any memory is taken for it.
 *
 * Fails: Error with what is wrong.
 */
export const valuesIn = (bytes: Uint8Array, chunk: Chunk): DecodedArray => {
  const { told, path, rows } = chunk
  const checksum = told.key_value_metadata?.find(({ key }) => key === CHECKSUM)?.value
  if (checksum !== undefined && checksum !== checksumOf(bytes))
    throw new Error('its bytes are not those of its checksum')
  checkPages(bytes, chunk)
  const { element } = path.at(-1)!
  if (element.type !== told.type) throw new Error(`it is ${told.type}, and ${element.type} in the schema`)
  const { data } = readColumn(
    readerOf(bytes),
    { groupStart: 0, selectStart: 0, selectEnd: rows, groupRows: rows },
    { pathInSchema: told.path_in_schema, schemaPath: [...path], element, parsers, compressors: unpackers, ...told },
  )
  const values = data.length === 1 ? data[0]! : data.flatMap(page => Array.from<unknown>(page))
  if (values.length === rows) return values
  throw new Error(`${values.length} values for ${rows} rows`)
}

/** Times are microseconds; a Date has only milliseconds. */
export const parsers: typeof DEFAULT_PARSERS = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (ms: bigint): number => Number(ms * 1000n),
  timestampFromMicroseconds: (us: bigint): number => Number(us),
  timestampFromNanoseconds: (ns: bigint): number => Number(ns / 1000n),
}
