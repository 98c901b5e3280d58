import { type FileHandle, open } from 'node:fs/promises'
import {
  type AsyncBuffer,
  type DecodedArray,
  type FileMetaData,
  parquetMetadataAsync,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet'
import { isMillraceError, MillraceError, messageOf } from '../../engine/errors.ts'
import { openMeter } from '../file/open.ts'
import { parsers, placeOf, valuesIn } from './chunk.ts'
import { type Column, type ColumnType, type ColumnValues, typeOf, wordsOf } from './columns.ts'
import { MAGIC } from './magic.ts'
import { unpackers } from './pages.ts'

/** A Parquet file, of which the end is read: what it holds, but no row yet. */
export interface ParquetFile {
  readonly path: string
  readonly rows: number
  /** Those that we can read, in the order of the file. */
  readonly columns: readonly Column[]
  readonly metadata: Readonly<Record<string, string>>
  /**
   * The row groups of the file, of these columns.
   *
   * Delivers  every row once, in order
   * Blocks    holds one row group of these columns
   * Ends      at the last row, or when the signal aborts
   * Fails     usage PARQUET_COLUMN for one that is not there, is of another type, or has no value in some row; fault
   *           FILE_CORRUPT with column and row group, FILE_READ
   */
  read<const Wanted extends readonly Column[]>(wanted: Wanted, options?: ReadOptions): AsyncGenerator<GroupOf<Wanted>>
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
  /** A number that is missing is NaN, a text that is missing is empty. Default: they are refused. */
  readonly mayMiss?: boolean
}

/** The values of each wanted column. */
export type GroupOf<Wanted extends readonly Column[]> = {
  readonly [Index in keyof Wanted]: ColumnValues[Wanted[Index]['type']]
}

/**
 * Opens a Parquet file, of ours or of anybody; packed with zstd, snappy, gzip, brotli or not at all.
 *
 * Fails  usage FILE_FORMAT when it is none, or is packed in another way; fault FILE_TRUNCATED when its end is missing,
 *        FILE_CORRUPT when that is damaged; what `openMeter` fails with
 */
export const openParquet = async (path: string): Promise<ParquetFile> => {
  const { bytesTotal } = await openMeter(path)
  const end = await withFile(path, bytesTotal, file => endOf(path, file))
  const { metadata, root } = end
  const { children } = root
  const columns = children.flatMap(child => {
    const type = typeOf(child)
    return type === null ? [] : [{ name: child.element.name, type }]
  })
  return {
    path,
    rows: Number(metadata.num_rows),
    columns,
    metadata: Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value = '' }) => [key, value])),
    async *read(wanted, options = {}) {
      for (const column of wanted) check(path, children, column)
      const file = await opened(path)
      try {
        yield* groupsOf({ ...end, path, file: sliced(path, file, bytesTotal) }, wanted, options)
      } finally {
        await file.close()
      }
    },
  }
}

/** What stands at the end of a file. */
interface End {
  readonly metadata: FileMetaData
  readonly root: SchemaTree
}

const endOf = async (path: string, file: AsyncBuffer): Promise<End> => {
  const size = file.byteLength
  const [head, tail] = await Promise.all([textOf(file, 0), textOf(file, Math.max(0, size - MAGIC.length))])
  if (head !== MAGIC) throw new MillraceError('FILE_FORMAT', `${path} is no Parquet file: it does not begin with PAR1`)
  if (tail !== MAGIC || size < 3 * MAGIC.length)
    throw new MillraceError('FILE_TRUNCATED', `${path}: the Parquet file breaks off at byte ${size}, before its end`)
  return damage(`${path}: the list of its columns`, async () => {
    const metadata = await parquetMetadataAsync(file, { geoparquet: false, parsers })
    checkGroups(path, metadata)
    return { metadata, root: parquetSchema(metadata) }
  })
}

const checkGroups = (path: string, { num_rows, row_groups }: FileMetaData): void => {
  const sum = row_groups.reduce((rows, group) => rows + group.num_rows, 0n)
  if (sum !== num_rows) throw new Error(`${num_rows} rows, and ${sum} in its row groups`)
  for (const { num_rows, columns } of row_groups) {
    if (!(num_rows >= 0 && num_rows <= GROUP_ROWS))
      throw new Error(`a row group of ${num_rows} rows, of at most ${GROUP_ROWS}`)
    const odd = columns.map(({ meta_data }) => meta_data!.codec).find(codec => !(codec in unpackers))
    if (odd === undefined) continue
    const sentence = `${path} is packed with ${odd}; expected zstd, snappy, gzip, brotli or none`
    throw new MillraceError('FILE_FORMAT', sentence)
  }
}

/** A row group is held in memory; one of more rows is damage, or a trap. */
const GROUP_ROWS = 2 ** 24

const textOf = async (file: AsyncBuffer, from: number): Promise<string> =>
  Buffer.from(await file.slice(from, Math.min(file.byteLength, from + MAGIC.length))).toString('latin1')

const check = (path: string, children: readonly SchemaTree[], { name, type }: Column): void => {
  const found = children.find(({ element }) => element.name === name)
  if (found === undefined) {
    const names = children.map(({ element }) => element.name)
    const shown = names.slice(0, MAX_SHOWN).join(', ') + (names.length > MAX_SHOWN ? ', ...' : '')
    throw new MillraceError('PARQUET_COLUMN', `${path} has no column '${name}'; it has ${shown || 'none'}`)
  }
  if (typeOf(found) !== type)
    throw new MillraceError('PARQUET_COLUMN', `${path}: column '${name}' is ${wordsOf(found)}, expected ${type}`)
}

/** Columns that a message lists. */
const MAX_SHOWN = 16

interface Source extends End {
  readonly path: string
  readonly file: AsyncBuffer
}

async function* groupsOf<const Wanted extends readonly Column[]>(
  { path, metadata, root, file }: Source,
  wanted: Wanted,
  { signal, mayMiss = false }: ReadOptions,
): AsyncGenerator<GroupOf<Wanted>> {
  for (const [index, group] of metadata.row_groups.entries()) {
    if (signal?.aborted) return
    const values: unknown[] = []
    for (const { name, type } of wanted) {
      const place = `${path}: column '${name}', row group ${index}`
      const found = await damage(place, () => foundIn(file, root, group, name))
      const missing = Array.isArray(found) ? found.findIndex(isMissing) : -1
      if (missing >= 0 && !mayMiss)
        throw new MillraceError('PARQUET_COLUMN', `${place}: row ${missing} has no value, expected ${type}`)
      values.push(await damage(place, () => valuesOf[type](found)))
    }
    yield values as unknown as GroupOf<Wanted>
  }
}

const foundIn = async (file: AsyncBuffer, root: SchemaTree, group: FileGroup, name: string): Promise<DecodedArray> => {
  const told = group.columns.find(({ meta_data }) => meta_data?.path_in_schema.join() === name)?.meta_data
  if (told === undefined) throw new Error('it is not there')
  const path = [root, root.children.find(({ element }) => element.name === name)!]
  const bytes = new Uint8Array(await file.slice(...placeOf(told)))
  return valuesIn(bytes, { told, path, rows: Number(group.num_rows) })
}

type FileGroup = FileMetaData['row_groups'][number]

const isMissing = (value: unknown): boolean => value === null || value === undefined

const valuesOf: Readonly<Record<ColumnType, (found: DecodedArray) => ColumnValues[ColumnType]>> = {
  text: found => Array.from(found as string[], text => text ?? ''),
  time: found => wholes(found),
  int: found => wholes(found),
  f32: found => (found instanceof Float32Array ? found : Float32Array.from(found as number[], numberOf)),
  f64: found => (found instanceof Float64Array ? found : Float64Array.from(found as number[], numberOf)),
}

const numberOf = (value: unknown): number => (isMissing(value) ? Number.NaN : Number(value))

const wholes = (found: DecodedArray): Float64Array => {
  const numbers = Float64Array.from(found as number[], numberOf)
  const odd = numbers.findIndex((number, row) => !(Number.isSafeInteger(number) || isMissing(found[row])))
  if (odd >= 0) throw new Error(`row ${odd} has ${found[odd]}, which is beyond 2^53`)
  return numbers
}

/** What the library fails with is damage of the file. */
const damage = async <T>(place: string, work: () => T | Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (cause) {
    if (isMillraceError(cause)) throw cause
    throw new MillraceError('FILE_CORRUPT', `${place} is damaged: ${messageOf(cause)}`, { cause })
  }
}

const opened = (path: string): Promise<FileHandle> =>
  open(path).catch(cause => {
    throw new MillraceError('FILE_READ', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  })

const withFile = async <T>(path: string, size: number, work: (file: AsyncBuffer) => Promise<T>): Promise<T> => {
  const file = await opened(path)
  try {
    return await work(sliced(path, file, size))
  } finally {
    await file.close()
  }
}

const sliced = (path: string, file: FileHandle, byteLength: number): AsyncBuffer => ({
  byteLength,
  async slice(start, end = byteLength) {
    // Places that a damaged file tells may be anywhere.
    if (!(start >= 0 && end >= start && end <= byteLength))
      throw new RangeError(`bytes ${start} to ${end} are not there`)
    const bytes = new Uint8Array(end - start)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start).catch(cause => {
      throw new MillraceError('FILE_READ', `cannot read ${path} at byte ${start}: ${messageOf(cause)}`, { cause })
    })
    if (bytesRead < bytes.length) throw new RangeError(`the file ends at byte ${start + bytesRead}`)
    return bytes.buffer
  },
})
