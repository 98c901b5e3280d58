import { MillraceError, messageOf } from '../errors.ts'
import type { Field, Schema } from '../market/topic.ts'
import { BLOCK_ROWS, type Block } from './block.ts'
import { blockBuilder, type Row, rowOf } from './build.ts'

/**
 * A row as one line of JSON for people: `{"at":1400000000000000,"key":"EURUSD","bid":1.1,...}`. Numbers that JSON does
 * not have are texts: "NaN", "Infinity", "-Infinity", "-0".
 */
export const rowToJson = (row: Row): string =>
  JSON.stringify(row, (_, value: unknown) =>
    typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0)) ? value : special(value),
  )

/** The row of a line. Fails: Reject LOG_JSON, with the field, what it is and what it should be. */
export const rowFromJson = (schema: Schema, line: string): Row => {
  const found = parse(line)
  const row: Record<string, number | string> = {}
  for (const field of [AT, KEY, ...schema.fields]) row[field.name] = readField(found, field)
  for (const name of Object.keys(found))
    if (!Object.hasOwn(row, name)) throw refusal(`${name} is no field of ${schema.name}`)
  return row as Row
}

/** One line per row, each with its line end. */
export const blockToJson = (block: Block): string => {
  let lines = ''
  for (let row = 0; row < block.count; row++) lines += `${rowToJson(rowOf(block, row))}\n`
  return lines
}

/** Blocks of the lines; empty lines are skipped. Fails: Reject LOG_JSON with the line number. */
export const blocksFromJson = (schema: Schema, lines: string): readonly Block[] => {
  const blocks: Block[] = []
  const builder = blockBuilder(schema)
  for (const [index, line] of lines.split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      const row = rowFromJson(schema, line)
      builder.push(row.key, row.at, row)
    } catch (cause) {
      throw new MillraceError('LOG_JSON', `line ${index + 1}: ${messageOf(cause)}`, { cause })
    }
    if (builder.block.count === BLOCK_ROWS) blocks.push(builder.take())
  }
  if (builder.block.count > 0) blocks.push(builder.take())
  return blocks
}

const AT: Field = { name: 'at', type: 'f64', unit: 'us' }
const KEY: Field = { name: 'key', type: 'text', unit: 'instrument or account' }

const special = (value: number): string => (value === 0 ? '-0' : String(value))

const numbers = new Map(['NaN', 'Infinity', '-Infinity', '-0'].map(text => [text, Number(text)]))

const parse = (line: string): Readonly<Record<string, unknown>> => {
  let found: unknown
  try {
    found = JSON.parse(line)
  } catch (cause) {
    throw new MillraceError('LOG_JSON', `it is no JSON: ${messageOf(cause)}`, { cause })
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) throw refusal('it is no JSON object')
  return found as Readonly<Record<string, unknown>>
}

const readField = (found: Readonly<Record<string, unknown>>, { name, type }: Field): number | string => {
  const value = Object.hasOwn(found, name) ? found[name] : undefined
  if (type === 'text' && typeof value === 'string') return value
  const number = typeof value === 'string' ? numbers.get(value) : value
  if (type === 'f64' && typeof number === 'number') return number
  throw refusal(
    `${name} must be a ${type === 'text' ? 'text' : 'number'}, but is ${JSON.stringify(value) ?? 'missing'}`,
  )
}

const refusal = (sentence: string): MillraceError => new MillraceError('LOG_JSON', sentence)
