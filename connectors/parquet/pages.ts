import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import {
  type ColumnMetaData,
  type CompressionCodec,
  type DataReader,
  type PageHeader,
  type SchemaTree,
  snappyUncompress,
} from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { readVarInt } from 'hyparquet/src/thrift.js'

/** A column of a row group, as the end of the file tells of it. */
export interface Chunk {
  readonly told: ColumnMetaData
  /** From the root of the schema to the column. */
  readonly path: readonly SchemaTree[]
  readonly rows: number
}

/** Bytes that are read from their start, as the library wants them. */
export const readerOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataReader => ({
  view: new DataView(buffer, byteOffset, byteLength),
  offset: 0,
})

type Unpack = (input: Uint8Array, length: number) => Uint8Array

/** What can be unpacked. */
export const unpackers: { readonly [Codec in CompressionCodec]?: Unpack } = {
  UNCOMPRESSED: input => input,
  SNAPPY: (input, length) => {
    const output = new Uint8Array(length)
    snappyUncompress(input, output)
    return output
  },
  ZSTD: (input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength }),
  GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength }),
  BROTLI: (input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength }),
}

/** A page that unpacks to more is a trap. */
const PAGE_BYTES = 256 * 1024 * 1024

/**
 * What the pages of a chunk tell of themselves, checked before memory is taken for it: the library believes them, and
 * counts to four thousand million when a damaged one says so.
 *
 * Fails: Error with what is wrong.
 */
export const checkPages = (bytes: Uint8Array, { told, path, rows }: Chunk): void => {
  const isOptional = path.at(-1)!.element.repetition_type === 'OPTIONAL'
  const reader = readerOf(bytes)
  let values = 0
  while (values < rows && reader.offset < bytes.length) {
    const header = parquetHeader(reader)
    const {
      compressed_page_size: packed,
      uncompressed_page_size: unpacked,
      dictionary_page_header: dictionary,
    } = header
    const from = reader.offset
    reader.offset += packed
    if (!(isCount(packed) && reader.offset <= bytes.length)) throw new Error('a page ends behind its column')
    if (!(isCount(unpacked) && unpacked <= PAGE_BYTES)) throw new Error(`a page tells of ${unpacked} bytes`)
    const count = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? 0
    values += count
    if (!(isCount(count) && values <= rows && (dictionary?.num_values ?? 0) <= unpacked))
      throw new Error('a page tells of values that it has not')
    const page = bytes.subarray(from, reader.offset)
    if (header.data_page_header_v2) checkSecond(page, header, told.codec)
    else if (header.data_page_header) checkFirst(unpackers[told.codec]!(page, unpacked), header, isOptional)
  }
  if (values !== rows) throw new Error(`${values} values for ${rows} rows`)
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

/** A page of the first version: all of it is packed. */
const checkFirst = (page: Uint8Array, { data_page_header: told }: PageHeader, isOptional: boolean): void => {
  const { num_values: count, encoding } = told!
  const levels = isOptional ? 4 + Buffer.from(page.buffer, page.byteOffset, page.length).readUInt32LE() : 0
  if (isOptional) checkRuns(page.subarray(4, levels), 1, count)
  if (isLookedUp(encoding)) checkRuns(page.subarray(levels + 1), page[levels] ?? 0, count)
}

/** A page of the second version: the levels stand ahead, and are not packed. */
const checkSecond = (page: Uint8Array, header: PageHeader, codec: CompressionCodec): void => {
  const {
    num_values: count,
    num_nulls: nulls,
    encoding,
    is_compressed: isPacked,
    ...told
  } = header.data_page_header_v2!
  const levels = told.definition_levels_byte_length
  if (!(isCount(levels) && isCount(nulls) && nulls <= count && told.repetition_levels_byte_length === 0))
    throw new Error('a page tells of levels that it has not')
  if (levels > 0) checkRuns(page.subarray(0, levels), 1, count)
  if (!isLookedUp(encoding)) return
  const packed = page.subarray(levels)
  const values = isPacked === false ? packed : unpackers[codec]!(packed, header.uncompressed_page_size - levels)
  checkRuns(values.subarray(1), values[0] ?? 0, count)
}

const isLookedUp = (encoding: string | undefined): boolean => encoding?.endsWith('_DICTIONARY') === true

/** Runs of one value, and of values of so many bits: none is longer than the values that are left. */
const checkRuns = (bytes: Uint8Array, width: number, count: number): void => {
  const reader = readerOf(bytes)
  let seen = 0
  while (seen < count && reader.offset < bytes.length) {
    const head = readVarInt(reader) >>> 0
    const isPacked = (head & 1) === 1
    const run = (head >>> 1) * (isPacked ? 8 : 1)
    if (run === 0 || run > count - seen + PADDING) throw new Error(`a run of ${run} values, of ${count - seen}`)
    reader.offset += isPacked ? (head >>> 1) * width : Math.ceil(width / 8)
    seen += run
  }
}

/** Writers may fill up the last run. */
const PADDING = 512
