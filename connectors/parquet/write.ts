import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { zstdCompressSync } from 'node:zlib'
import type { CompressionCodec } from 'hyparquet'
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer'
import { assert } from '../../engine/assert.ts'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import { CHECKSUM, checksumOf, placeOf } from './chunk.ts'
import { type Column, type ColumnType, elementOf, type RowGroup } from './columns.ts'

export interface ParquetOptions {
  readonly columns: readonly Column[]
  /** Packs each column of a row group. Default `zstd`; `snappy` is what the oldest readers know. */
  readonly codec?: 'zstd' | 'snappy' | 'none'
  /** Texts by name, for whoever reads the file; asked for when the last row is written. */
  readonly metadata?: () => Readonly<Record<string, string>>
}

export interface ParquetWritten {
  readonly rows: number
  readonly rowGroups: number
  readonly bytes: number
}

/**
 * Writes columns to a Parquet file: the whole of it, or nothing. It is made beside its place, flushed and moved there.
 * The same rows in the same groups give the same bytes.
 *
 * Delivers  every number bit for bit, -0 and the smallest of floats too; NaN is one value
 * Blocks    holds one row group, as columns and packed; what the groups are cut from is the caller's
 * Ends      with the groups; a file of no rows is one
 * Fails     fault FILE_WRITE; Defect ASSERT for columns that are not as declared; what the groups fail with
 */
export const writeParquet = async (
  path: string,
  options: ParquetOptions,
  groups: AsyncIterable<RowGroup> | Iterable<RowGroup>,
): Promise<ParquetWritten> => {
  const draft = `${path}.draft`
  const told = (cause: unknown): never => {
    throw new MillraceError('FILE_WRITE', `cannot write ${path}: ${messageOf(cause)}`, { cause })
  }
  const file = await open(draft, 'w').catch(told)
  try {
    const written = await write(file, options, groups, told).finally(() => file.close())
    await rename(draft, path).catch(told)
    return written
  } catch (cause) {
    await rm(draft, { force: true })
    throw cause
  }
}

const write = async (
  file: FileHandle,
  { columns, codec = 'zstd', metadata }: ParquetOptions,
  groups: AsyncIterable<RowGroup> | Iterable<RowGroup>,
  told: (cause: unknown) => never,
): Promise<ParquetWritten> => {
  const bytes = new ByteWriter()
  const flush = async (): Promise<void> => {
    await file.write(bytes.getBytes()).catch(told)
    bytes.index = 0
  }
  const root = { name: 'rows', num_children: columns.length }
  const schema = [root, ...columns.map(elementOf)]
  const parquet = new ParquetWriter({ writer: bytes, schema, codec: CODECS[codec], compressors, createdBy: 'millrace' })
  for await (const group of groups) {
    parquet.write({ columnData: sourcesOf(columns, group), rowGroupSize: group[0]!.length, pageSize: PAGE_BYTES })
    sign(parquet.row_groups.at(-1)!, bytes)
    await flush()
  }
  parquet.kvMetadata = Object.entries(metadata?.() ?? {}).map(([key, value]) => ({ key, value }))
  parquet.finish()
  await flush()
  await file.sync().catch(told)
  return { rows: Number(parquet.num_rows), rowGroups: parquet.row_groups.length, bytes: bytes.offset }
}

/** Gives each column of the latest row group the checksum of its bytes. */
const sign = ({ columns }: ParquetWriter['row_groups'][number], { buffer, offset, index }: ByteWriter): void => {
  for (const { meta_data: told } of columns) {
    const [from] = placeOf(told!)
    const bytes = new Uint8Array(buffer, from - (offset - index), Number(told!.total_compressed_size))
    told!.key_value_metadata = [{ key: CHECKSUM, value: checksumOf(bytes) }]
  }
}

const CODECS: Readonly<Record<NonNullable<ParquetOptions['codec']>, CompressionCodec>> = {
  zstd: 'ZSTD',
  snappy: 'SNAPPY',
  none: 'UNCOMPRESSED',
}

const compressors = { ZSTD: (page: Uint8Array): Uint8Array => zstdCompressSync(page) }

/** A column of a row group is one page, as long as it is not longer. */
const PAGE_BYTES = 8 * 1024 * 1024

/** Floats are never looked up in a dictionary: that of the library takes -0 for 0. Plain ones every reader reads. */
const ENCODINGS: Readonly<Record<ColumnType, Pick<ColumnSource, 'encoding'>>> = {
  text: {},
  time: { encoding: 'DELTA_BINARY_PACKED' },
  int: { encoding: 'DELTA_BINARY_PACKED' },
  f32: { encoding: 'PLAIN' },
  f64: { encoding: 'PLAIN' },
}

const sourcesOf = (columns: readonly Column[], group: RowGroup): ColumnSource[] => {
  assert(group.length === columns.length, `${columns.length} columns are declared, found ${group.length}`)
  return columns.map(({ name, type }, i) => {
    const values = group[i]!
    assert(fits[type](values), `column '${name}' is ${type}, found ${values.constructor.name}`)
    assert(values.length === group[0]!.length, `columns are of one length, '${name}' is not`)
    const isWhole = type === 'time' || type === 'int'
    return { name, data: isWhole ? wholes(name, values as Float64Array) : (values as string[]), ...ENCODINGS[type] }
  })
}

const fits: Readonly<Record<ColumnType, (values: unknown) => boolean>> = {
  text: Array.isArray,
  time: values => values instanceof Float64Array,
  int: values => values instanceof Float64Array,
  f32: values => values instanceof Float32Array,
  f64: values => values instanceof Float64Array,
}

const wholes = (name: string, values: Float64Array): BigInt64Array => {
  const whole = new BigInt64Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    assert(Number.isSafeInteger(value), `column '${name}' holds whole numbers, found ${value} in row ${row}`)
    whole[row] = BigInt(value)
  }
  return whole
}
