import { assert } from '../assert.ts'
import { MillraceError } from '../errors.ts'
import type { Field, Schema } from '../market/topic.ts'
import { BLOCK_ROWS, type Block, type Column } from './block.ts'

/** A block that is being filled: a producer sets the rows first and `count` last. */
export interface OpenBlock extends Block {
  count: number
  readonly keys: string[]
}

/** One row as a plain record: event time, key and the fields of the schema. For cold paths. */
export interface Row {
  readonly at: number
  readonly key: string
  readonly [field: string]: number | string
}

export interface BlockBuilder {
  /** What has been filled so far. Hot producers write its columns and `count` themselves. */
  readonly block: OpenBlock
  /** The index of a key in the block, which learns the key when it is new. */
  keyIndex(key: string): number
  /** Adds a row; `record` carries the fields of the schema by name. Fails: Defect LOG_SCHEMA. */
  push(key: string, at: number, record: object): void
  isFull(): boolean
  /** A copy of the rows; the builder is empty afterwards and keeps its columns. */
  take(): Block
  /** Forgets rows and keys and keeps the columns. */
  clear(): void
}

/** Columns for `capacity` rows, none of them filled. All numbers lie in one buffer. */
export const emptyBlock = (schema: Schema, capacity: number = BLOCK_ROWS): OpenBlock => {
  assert(capacity >= 1 && capacity <= BLOCK_ROWS, `a block has 1 to ${BLOCK_ROWS} rows, not ${capacity}`)
  const numbers = schema.fields.filter(field => field.type === 'f64').length
  const buffer = new ArrayBuffer((numbers + 1) * capacity * 8 + capacity * 2)
  let offset = 0
  const next = (): Float64Array => new Float64Array(buffer, capacity * 8 * offset++, capacity)
  const at = next()
  const columns: Record<string, Column> = {}
  for (const { name, type } of schema.fields) columns[name] = type === 'f64' ? next() : []
  return { schema, count: 0, at, key: new Uint16Array(buffer, capacity * 8 * offset, capacity), keys: [], columns }
}

/**
 * Collects rows into blocks.
 *
 * @example
 * const builder = blockBuilder(quotes.schema)
 * builder.push('EURUSD', 1_000_000, { bid: 1.1, ask: 1.2, bidSize: 0, askSize: 0 })
 * builder.take().count // => 1
 */
export const blockBuilder = (schema: Schema, capacity: number = BLOCK_ROWS): BlockBuilder => {
  const block = emptyBlock(schema, capacity)
  const write = writerOf(block)
  const indexes = new Map<string, number>()
  const keyIndex = (key: string): number => {
    let index = indexes.get(key)
    if (index === undefined) {
      index = block.keys.push(key) - 1
      indexes.set(key, index)
    }
    return index
  }
  const clear = (): void => {
    block.count = 0
    block.keys.length = 0
    indexes.clear()
  }
  return {
    block,
    keyIndex,
    clear,
    isFull: () => block.count === capacity,
    push: (key, at, record) => {
      assert(block.count < capacity, `the block is full with ${capacity} rows: take it first`)
      const row = block.count
      write(record as Values, row)
      block.at[row] = at
      block.key[row] = keyIndex(key)
      block.count = row + 1
    },
    take: () => {
      const taken = sliceBlock(block, 0, block.count)
      clear()
      return taken
    },
  }
}

type Values = Readonly<Record<string, unknown>>

/** Writes the fields of a record into their columns, which are looked up once. */
const writerOf = ({ schema, columns }: Block): ((record: Values, row: number) => void) => {
  const numbers = schema.fields.filter(({ type }) => type === 'f64').map(({ name }) => name)
  const texts = schema.fields.filter(({ type }) => type === 'text').map(({ name }) => name)
  const numberColumns = numbers.map(name => columns[name] as Float64Array)
  const textColumns = texts.map(name => columns[name] as string[])
  const refuse = (name: string, type: Field['type'], row: number, value: unknown): MillraceError => {
    const found = value === undefined ? 'nothing' : `a ${typeof value}`
    return new MillraceError('LOG_SCHEMA', `${schema.name}.${name} is ${type}, but row ${row} has ${found} there`)
  }
  return (record, row) => {
    for (let i = 0; i < numbers.length; i++) {
      const value = record[numbers[i]!]
      if (typeof value !== 'number') throw refuse(numbers[i]!, 'f64', row, value)
      numberColumns[i]![row] = value
    }
    for (let i = 0; i < texts.length; i++) {
      const value = record[texts[i]!]
      if (typeof value !== 'string') throw refuse(texts[i]!, 'text', row, value)
      textColumns[i]![row] = value
    }
  }
}

/** A block of rows written out, in tests and other cold places. */
export const blockOf = (schema: Schema, rows: readonly Row[]): Block => {
  const builder = blockBuilder(schema, Math.max(1, rows.length))
  for (const row of rows) builder.push(row.key, row.at, row)
  return builder.block
}

/** Row `index` as a plain record; `blockOf` takes it back. */
export const rowOf = (block: Block, index: number): Row => {
  const row: Record<string, number | string> = { at: block.at[index]!, key: block.keys[block.key[index]!]! }
  for (const { name } of block.schema.fields) row[name] = block.columns[name]![index]!
  return row as Row
}

/** Rows [from, to) as a block with columns of its own. */
export const sliceBlock = (block: Block, from: number, to: number): Block => {
  const columns: Record<string, Column> = {}
  for (const { name } of block.schema.fields) columns[name] = block.columns[name]!.slice(from, to)
  const { schema, at, key, keys } = block
  return {
    schema,
    count: to - from,
    at: at.slice(from, to),
    key: key.slice(from, to),
    keys: keys.slice(),
    columns,
  }
}
