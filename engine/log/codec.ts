import { MillraceError } from '../errors.ts'
import type { Schema } from '../market/topic.ts'
import { BLOCK_ROWS, type Block } from './block.ts'
import { emptyBlock, type OpenBlock } from './build.ts'
import { checkBlock } from './check.ts'
import { checksum } from './crc.ts'
import { decodeTexts, encodeTexts } from './texts.ts'

/*
 * A block as bytes, version 1. Numbers are little endian; every section begins on a multiple of 8.
 *
 *    0  u32  magic, "MRBK"
 *    4  u32  CRC-32C of everything from 8 to the end
 *    8  u32  length of the whole, from the magic to the end
 *   12  u16  version
 *   14  u16  number of sections
 *   16  u32  schema id
 *   20  u32  rows
 *   24  sections, one behind the other:  u32 kind, u32 size, size bytes, zeros up to the next multiple of 8
 *
 *   keys      texts                      the key of each index
 *   key       u16 or u16 repeated        index of each row
 *   at        f64 or f64 repeated
 *   per field of the schema, in its order:
 *     f64     f64 or f64 repeated
 *     text    texts, then u16 or u16 repeated: the different texts, and which of them each row has
 *
 *   "repeated" holds one value that every row has, bit for bit. Texts are laid out in texts.ts.
 */
const HEADER = 24
const MAGIC = 0x4b42524d
const VERSION = 1
const kinds = { f64: 1, f64Repeated: 2, u16: 3, u16Repeated: 4, texts: 5 } as const

interface Section {
  readonly kind: number
  readonly bytes: Uint8Array
}

/**
 * The block as bytes in memory of their own: the caller may fill the block anew at once.
 *
 * Fails  Defect LOG_SCHEMA: the block does not fit its schema, or a text is not well-formed Unicode.
 */
export const encodeBlock = (block: Block): Uint8Array => {
  checkBlock(block)
  const { schema, count } = block
  const sections: Section[] = [texts(block.keys), indexes(block.key, count), numbers(block.at, count)]
  for (const { name } of schema.fields) {
    const column = block.columns[name]!
    if (column instanceof Float64Array) sections.push(numbers(column, count))
    else sections.push(...dictionary(column, count))
  }
  let length = HEADER
  for (const { bytes } of sections) length += 8 + padded(bytes.length)
  const whole = Buffer.allocUnsafeSlow(length)
  let offset = HEADER
  for (const section of sections) offset = writeSection(whole, offset, section)
  whole.writeUInt32LE(MAGIC, 0)
  whole.writeUInt32LE(length, 8)
  whole.writeUInt16LE(VERSION, 12)
  whole.writeUInt16LE(sections.length, 14)
  whole.writeUInt32LE(schema.id, 16)
  whole.writeUInt32LE(count, 20)
  whole.writeUInt32LE(checksum(whole.subarray(8)), 4)
  return whole
}

const writeSection = (whole: Buffer, offset: number, { kind, bytes }: Section): number => {
  whole.writeUInt32LE(kind, offset)
  whole.writeUInt32LE(bytes.length, offset + 4)
  whole.set(bytes, offset + 8)
  const end = offset + 8 + padded(bytes.length)
  whole.fill(0, offset + 8 + bytes.length, end)
  return end
}

const texts = (values: readonly string[]): Section => ({ kind: kinds.texts, bytes: encodeTexts(values) })

const numbers = (column: Float64Array, count: number): Section => {
  const words = new Int32Array(column.buffer, column.byteOffset, count * 2)
  let row = 1
  while (row < count && words[2 * row] === words[0] && words[2 * row + 1] === words[1]) row++
  return row < count
    ? { kind: kinds.f64, bytes: bytesOf(column, count) }
    : { kind: kinds.f64Repeated, bytes: bytesOf(column, 1) }
}

const indexes = (column: Uint16Array, count: number): Section => {
  let row = 1
  while (row < count && column[row] === column[0]) row++
  return row < count
    ? { kind: kinds.u16, bytes: bytesOf(column, count) }
    : { kind: kinds.u16Repeated, bytes: bytesOf(column, 1) }
}

const dictionary = (column: readonly string[], count: number): [Section, Section] => {
  const places = new Map<string, number>()
  const index = new Uint16Array(count)
  for (let row = 0; row < count; row++) {
    const text = column[row]!
    const place = places.get(text) ?? places.size
    if (place === places.size) places.set(text, place)
    index[row] = place
  }
  return [texts([...places.keys()]), indexes(index, count)]
}

const bytesOf = (column: Float64Array | Uint16Array, count: number): Uint8Array =>
  new Uint8Array(column.buffer, column.byteOffset, count * column.BYTES_PER_ELEMENT)

const padded = (size: number): number => Math.ceil(size / 8) * 8

/** Blocks that are used again, one of a schema, each with the keys that were read into it last. */
export type UsedBlocks = Map<Schema, UsedBlock>

interface UsedBlock {
  readonly block: OpenBlock
  /** As they were encoded. */
  keys: Uint8Array | null
}

/**
 * The block of the bytes, bit for bit what was encoded; the bytes are copied. With `used`, which a reader keeps from
 * call to call, the columns of the last block of the same schema are used again, so that block is overwritten.
 *
 * Fails  Fault LOG_CORRUPT, and nothing else, whatever the bytes are. Memory stays within `BLOCK_ROWS` rows.
 */
export const decodeBlock = (
  bytes: Uint8Array,
  schemaById: (id: number) => Schema | undefined,
  used?: UsedBlocks,
): OpenBlock => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { schema, count } = readHeader(bytes, view, schemaById)
  const reader: Reader = { bytes, view, offset: HEADER, count }
  const last = used?.get(schema)
  const use: UsedBlock =
    last !== undefined && last.block.at.length >= count ? last : { block: emptyBlock(schema, count), keys: null }
  used?.set(schema, use)
  const { block } = use
  block.count = count
  readKeys(reader, use)
  readIndexes(reader, block.key, block.keys.length)
  readNumbers(reader, block.at)
  for (const { name } of schema.fields) {
    const column = block.columns[name]!
    if (column instanceof Float64Array) readNumbers(reader, column)
    else readDictionary(reader, column)
  }
  if (reader.offset !== bytes.length) corrupt(`${bytes.length - reader.offset} bytes stand behind the last section`)
  return block
}

interface Reader {
  readonly bytes: Uint8Array
  readonly view: DataView
  offset: number
  readonly count: number
}

const readHeader = (
  bytes: Uint8Array,
  view: DataView,
  schemaById: (id: number) => Schema | undefined,
): { schema: Schema; count: number } => {
  if (bytes.length < HEADER) corrupt(`${bytes.length} bytes are no block: a header has ${HEADER}`)
  const magic = view.getUint32(0, true)
  if (magic !== MAGIC) corrupt(`it begins with ${hex(magic)}, a block begins with ${hex(MAGIC)}`)
  const length = view.getUint32(8, true)
  if (length !== bytes.length) corrupt(`it says that it is ${length} bytes long, but it is ${bytes.length}`)
  const found = checksum(bytes.subarray(8))
  const stated = view.getUint32(4, true)
  if (found !== stated) corrupt(`its CRC-32C is ${hex(found)}, the header says ${hex(stated)}`)
  const version = view.getUint16(12, true)
  if (version !== VERSION) corrupt(`it has version ${version}, this program reads version ${VERSION}`)
  const id = view.getUint32(16, true)
  const schema = schemaById(id)
  if (schema === undefined) return corrupt(`it has schema ${id}, which nobody knows here`)
  const sections = view.getUint16(14, true)
  const expected = schema.fields.reduce((sum, field) => sum + (field.type === 'text' ? 2 : 1), 3)
  if (sections !== expected) corrupt(`it has ${sections} sections, ${schema.name} has ${expected}`)
  const count = view.getUint32(20, true)
  if (count < 1 || count > BLOCK_ROWS) corrupt(`it has ${count} rows, a block has 1 to ${BLOCK_ROWS}`)
  return { schema, count }
}

/** Steps over the next section; the answer holds where its bytes are. */
const nextSection = (reader: Reader): Section => {
  const { bytes, view, offset } = reader
  if (offset + 8 > bytes.length) corrupt(`the section at byte ${offset} is missing`)
  const size = view.getUint32(offset + 4, true)
  reader.offset = offset + 8 + padded(size)
  if (reader.offset > bytes.length) corrupt(`the section at byte ${offset} is ${size} bytes long, but the block ends`)
  return { kind: view.getUint32(offset, true), bytes: bytes.subarray(offset + 8, offset + 8 + size) }
}

const readTexts = (reader: Reader): readonly string[] => {
  const { offset } = reader
  return textsIn(nextSection(reader), offset)
}

const textsIn = ({ kind, bytes }: Section, offset: number): readonly string[] => {
  const values = kind === kinds.texts ? decodeTexts(bytes) : undefined
  return values ?? corrupt(`the section at byte ${offset} holds no texts`)
}

/** Mostly they are those of the block before. */
const readKeys = (reader: Reader, used: UsedBlock): void => {
  const { offset } = reader
  const section = nextSection(reader)
  if (used.keys !== null && section.kind === kinds.texts && Buffer.compare(used.keys, section.bytes) === 0) return
  const texts = textsIn(section, offset)
  const { keys } = used.block
  keys.length = 0
  for (const key of texts) keys.push(key)
  used.keys = new Uint8Array(section.bytes)
}

const readNumbers = (reader: Reader, column: Float64Array): void => {
  const { offset, count } = reader
  const { kind, bytes } = nextSection(reader)
  const repeated = kind === kinds.f64Repeated
  if ((!repeated && kind !== kinds.f64) || bytes.length !== (repeated ? 1 : count) * 8)
    corrupt(`the section at byte ${offset} holds no ${count} numbers`)
  bytesOf(column, count).set(bytes)
  if (repeated) column.fill(column[0]!, 1, count)
}

const readIndexes = (reader: Reader, column: Uint16Array, limit: number): void => {
  const { offset, count } = reader
  const { kind, bytes } = nextSection(reader)
  const repeated = kind === kinds.u16Repeated
  if ((!repeated && kind !== kinds.u16) || bytes.length !== (repeated ? 1 : count) * 2)
    corrupt(`the section at byte ${offset} holds no ${count} indexes`)
  bytesOf(column, count).set(bytes)
  if (repeated) column.fill(column[0]!, 1, count)
  let max = 0
  for (let row = 0; row < count; row++) if (column[row]! > max) max = column[row]!
  if (max >= limit) corrupt(`the section at byte ${offset} names text ${max} of ${limit}`)
}

const readDictionary = (reader: Reader, column: string[]): void => {
  const values = readTexts(reader)
  const index = new Uint16Array(reader.count)
  readIndexes(reader, index, values.length)
  for (let row = 0; row < index.length; row++) column[row] = values[index[row]!]!
}

const hex = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`

const corrupt = (sentence: string): never => {
  throw new MillraceError('LOG_CORRUPT', sentence)
}
