import { brotliDecompressSync, crc32, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { ColumnMetaData, CompressionCodec, DecodedArray, SchemaTree } from 'hyparquet'
import { parquetHeader, readColumn } from 'hyparquet/src/column.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'

/** A column of a row group, as the end of the file tells of it. */
export interface Chunk {
  readonly told: ColumnMetaData
  /** From the root of the schema to the column. */
  readonly path: readonly SchemaTree[]
  readonly rows: number
}

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
export const valuesIn = (bytes: Uint8Array<ArrayBuffer>, { told, path, rows }: Chunk): DecodedArray => {
  const checksum = told.key_value_metadata?.find(({ key }) => key === CHECKSUM)?.value
  if (checksum !== undefined && checksum !== checksumOf(bytes))
    throw new Error('its bytes are not those of its checksum')
  checkPages(bytes, rows)
  const { element } = path.at(-1)!
  if (element.type !== told.type) throw new Error(`it is ${told.type}, and ${element.type} in the schema`)
  const { data } = readColumn(
    readerOf(bytes),
    { groupStart: 0, selectStart: 0, selectEnd: rows, groupRows: rows },
    { pathInSchema: told.path_in_schema, schemaPath: [...path], element, parsers, compressors, ...told },
  )
  const values = data.length === 1 ? data[0]! : data.flatMap(page => Array.from<unknown>(page))
  if (values.length === rows) return values
  throw new Error(`${values.length} values for ${rows} rows`)
}

/** A page that unpacks to more is a trap. */
const PAGE_BYTES = 256 * 1024 * 1024

const checkPages = (bytes: Uint8Array<ArrayBuffer>, rows: number): void => {
  const reader = readerOf(bytes)
  let values = 0
  while (values < rows && reader.offset < bytes.length) {
    const header = parquetHeader(reader)
    const {
      compressed_page_size: packed,
      uncompressed_page_size: unpacked,
      dictionary_page_header: dictionary,
    } = header
    const count = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? 0
    reader.offset += packed
    if (!(packed >= 0 && reader.offset <= bytes.length)) throw new Error('a page ends behind its column')
    if (!(unpacked >= 0 && unpacked <= PAGE_BYTES)) throw new Error(`a page tells of ${unpacked} bytes`)
    if (!(count >= 0 && (dictionary?.num_values ?? 0) <= unpacked)) throw new Error('a page tells of values it has not')
    values += count
  }
  if (values !== rows) throw new Error(`${values} values for ${rows} rows`)
}

const readerOf = ({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>) => ({
  view: new DataView(buffer, byteOffset, byteLength),
  offset: 0,
})

export const isKnown = (codec: CompressionCodec): boolean =>
  codec in compressors || codec === 'SNAPPY' || codec === 'UNCOMPRESSED'

/** What is unpacked beside snappy, which the library does. */
const compressors: { [Codec in CompressionCodec]?: (input: Uint8Array, length: number) => Uint8Array } = {
  ZSTD: (input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength }),
  GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength }),
  BROTLI: (input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength }),
}

/** Times are microseconds; a Date has only milliseconds. */
export const parsers: typeof DEFAULT_PARSERS = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (ms: bigint): number => Number(ms * 1000n),
  timestampFromMicroseconds: (us: bigint): number => Number(us),
  timestampFromNanoseconds: (ns: bigint): number => Number(ns / 1000n),
}
