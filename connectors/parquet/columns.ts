import type { SchemaElement, SchemaTree } from 'hyparquet'

/** What a column holds in memory, by its type. */
export interface ColumnValues {
  readonly text: readonly string[]
  /** Microseconds since the epoch, whole. */
  readonly time: Float64Array
  /** Whole numbers up to 2^53. */
  readonly int: Float64Array
  readonly f32: Float32Array
  readonly f64: Float64Array
}

export type ColumnType = keyof ColumnValues

export interface Column {
  readonly name: string
  readonly type: ColumnType
}

/** Some rows of a file: the values of each column, in the order of the columns. */
export type RowGroup = readonly ColumnValues[ColumnType][]

/** How the file describes a column of ours. No value is ever missing in one. */
export const elementOf = ({ name, type }: Column): SchemaElement => ({
  ...elements[type],
  name,
  repetition_type: 'REQUIRED',
})

const elements: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  time: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
  int: { type: 'INT64' },
  f32: { type: 'FLOAT' },
  f64: { type: 'DOUBLE' },
}

/** What a column of anybody's file is to us; null when it is nothing that we read: a list, a decimal, a switch. */
export const typeOf = ({ children, element }: SchemaTree): ColumnType | null => {
  const { type, converted_type: converted = '', logical_type: logical, repetition_type: repetition } = element
  if (children.length > 0 || repetition === 'REPEATED') return null
  if (type === 'FLOAT') return 'f32'
  if (type === 'DOUBLE') return 'f64'
  if (type === 'INT96' || logical?.type === 'TIMESTAMP' || converted.startsWith('TIMESTAMP')) return 'time'
  if (type === 'BYTE_ARRAY') return /^(UTF8|ENUM|)$/.test(converted) && isText(logical?.type) ? 'text' : null
  const isInteger = type === 'INT32' || type === 'INT64'
  return isInteger && /^(U?INT_\d+|)$/.test(converted) && (logical?.type ?? 'INTEGER') === 'INTEGER' ? 'int' : null
}

const isText = (logical: string = 'STRING'): boolean => logical === 'STRING' || logical === 'ENUM'

/** The same in the words of the format: 'INT64 DECIMAL'. */
export const wordsOf = ({ children, element }: SchemaTree): string =>
  children.length > 0
    ? 'a group'
    : [element.type, element.logical_type?.type ?? element.converted_type].filter(word => word !== undefined).join(' ')
