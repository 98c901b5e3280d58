import type { Schema, Stamped } from '../market/topic.ts'
import { BLOCK_ROWS, type Block } from './block.ts'

/**
 * A rolling digest of rows, 128 bits in four lanes: two streams of rows with the same digest are the same, bit for bit,
 * wherever they were cut into blocks. Plain data, so that it is saved with a snapshot.
 *
 * It finds divergence between honest runs: two different rows pass for one in 1 of 2^64 cases. It is not cryptographic:
 * who wants to can make two streams that agree.
 */
export interface DigestState {
  a: number
  b: number
  c: number
  d: number
  /** Rows taken in. */
  count: number
}

export const digestState = (): DigestState => ({
  a: 0x243f6a88,
  b: 0x85a308d3 | 0,
  c: 0x13198a2e,
  d: 0x03707344,
  count: 0,
})

/**
 * Takes in rows [from, to): schema id, key, event time and the fields. -0 and 0 differ; NaN is one value. How keys are
 * numbered in the block does not matter. Allocates nothing per row.
 */
export const digestBlock = (state: DigestState, block: Block, from: number = 0, to: number = block.count): void => {
  const { schema, at, columns } = block
  mixKeys(block, from, to)
  mixNumbers(at, from, to)
  for (const { name } of schema.fields) {
    const column = columns[name]!
    if (column instanceof Float64Array) mixNumbers(column, from, to)
    else for (let row = from; row < to; row++) mixText(column[row]!, row - from)
  }
  foldRows(state, to - from)
}

/** Takes in one row as `digestBlock` would; the record carries the fields of the schema by name. For cold paths. */
export const digestRecord = (state: DigestState, schema: Schema, key: string, record: Stamped): void => {
  const values = record as unknown as Readonly<Record<string, number | string>>
  startRow(key, schema.id, 0)
  mixNumber(record.at)
  for (const { name, type } of schema.fields)
    if (type === 'f64') mixNumber(values[name] as number)
    else mixText(values[name] as string, 0)
  foldRows(state, 1)
}

/** The digest so far as 32 hex digits. The state stays as it is and may take in more. */
export const digestHex = (state: DigestState): string => {
  const end = { ...state }
  startRow('', 0, 0)
  mixNumber(state.count)
  foldRows(end, 1)
  for (let round = 0; round < 4; round++) foldRows(end, 1)
  return [end.a, end.b, end.c, end.d].map(lane => avalanche(lane).toString(16).padStart(8, '0')).join('')
}

/*
 * Rows are mixed column by column, each row into two words of its own, because a loop over one typed array is what the
 * processor does best; then the rows are folded into the state in their order. Every step can be undone, so no
 * difference that was taken in is lost on the way.
 */
const low = new Int32Array(BLOCK_ROWS)
const high = new Int32Array(BLOCK_ROWS)

const mixNumbers = (column: Float64Array, from: number, to: number): void => {
  const words = new Int32Array(column.buffer, column.byteOffset, 2 * to)
  for (let row = 0; row < to - from; row++) {
    const value = column[from + row]!
    let x = words[2 * (from + row)]!
    let y = words[2 * (from + row) + 1]!
    if (value !== value) {
      x = 0 // a NaN may come with any of 2^53 bit patterns
      y = 0x7ff80000
    }
    const before = high[row]!
    const mixed = Math.imul(rotate(low[row]! ^ x, 13) + before, 0xcc9e2d51)
    high[row] = Math.imul(rotate(before ^ y, 17) + mixed, 0x1b873593)
    low[row] = mixed
  }
}

const float = new Float64Array(1)

const mixNumber = (value: number): void => {
  float[0] = value
  mixNumbers(float, 0, 1)
}

/** Over UTF-16 code units, and the length at the end: 'ab','c' is not 'a','bc'. */
const mixText = (text: string, row: number): void => {
  let x = low[row]!
  let y = high[row]!
  for (let index = 0; index < text.length; index++) {
    x = Math.imul(rotate(x ^ text.charCodeAt(index), 13) + y, 0xcc9e2d51)
    y = Math.imul(rotate(y, 17) + x, 0x1b873593)
  }
  low[row] = Math.imul(rotate(x, 13) + y, 0x85ebca6b)
  high[row] = Math.imul(rotate(y ^ text.length, 17) + low[row]!, 0xc2b2ae35)
}

const startRow = (key: string, schemaId: number, row: number): void => {
  low[row] = schemaId
  high[row] = 0
  mixText(key, row)
}

/** Two words per key, good for one call: a key is hashed once, unless the block has more keys than rows to take in. */
const keyWords = new Int32Array(2 * BLOCK_ROWS)

const mixKeys = ({ key, keys, schema }: Block, from: number, to: number): void => {
  if (keys.length > to - from) {
    for (let row = from; row < to; row++) startRow(keys[key[row]!]!, schema.id, row - from)
    return
  }
  for (let index = 0; index < keys.length; index++) {
    startRow(keys[index]!, schema.id, 0)
    keyWords[2 * index] = low[0]!
    keyWords[2 * index + 1] = high[0]!
  }
  for (let row = from; row < to; row++) {
    low[row - from] = keyWords[2 * key[row]!]!
    high[row - from] = keyWords[2 * key[row]! + 1]!
  }
}

const foldRows = (state: DigestState, rows: number): void => {
  let { a, b, c, d } = state
  for (let row = 0; row < rows; row++) {
    const x = (rotate(a ^ scramble(low[row]!, 0xcc9e2d51), 13) + c) | 0
    const y = (rotate(b ^ scramble(high[row]!, 0x1b873593), 17) + d) | 0
    a = Math.imul(c ^ y, 0x85ebca6b)
    b = Math.imul(d ^ x, 0xc2b2ae35)
    c = x
    d = y
  }
  state.a = a
  state.b = b
  state.c = c
  state.d = d
  state.count += rows
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

const scramble = (word: number, odd: number): number => Math.imul(rotate(Math.imul(word, odd), 15), 0x2c1b3c6d)

const avalanche = (word: number): number => {
  const once = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return (twice ^ (twice >>> 16)) >>> 0
}
