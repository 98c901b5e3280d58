import { MillraceError } from '../../engine/errors.ts'
import type { Block } from '../../engine/log/block.ts'
import type { LogRecord } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { escapeSymbol, type Lines } from './ilp.ts'
import type { Column, Table } from './tables.ts'

/** Writes rows of one schema as lines of one table. */
export interface Encoder {
  /** Rows of a record from one on, until it ends or the lines have no room: the row it came to. */
  encode(record: LogRecord, from: number, lines: Lines): number
  /** Whether all that came is written or refused, or something still waits for its other rows. */
  isWhole(): boolean
}

/** Where the rows come from. */
export interface Origin {
  /** 'topic/partition' */
  readonly source: string
  readonly venueOf: (instrument: string) => string | undefined
  /** Hears of a row that cannot be stored, and why. */
  readonly refuse: (seq: number, reason: string, by?: 'door') => void
}

/** Longest text of a row, in characters. */
const TEXT_MAX = 65_536

/** Tells of a row why it cannot be stored; null when it can. NaN is stored as null, which is read as NaN. */
export const faultsOf = ({ schema, at, key, keys, columns }: Block): ((row: number) => string | null) => {
  const names = schema.fields.map(({ name }) => name)
  const values = names.map(name => columns[name]!)
  const keyFaults = keys.map(textFault)
  return row => {
    if (!Number.isSafeInteger(at[row]!)) return `its time ${at[row]} is no whole microsecond`
    if (keyFaults[key[row]!] !== null) return `its key ${keyFaults[key[row]!]}`
    for (let i = 0; i < values.length; i++) {
      const value = values[i]![row]!
      if (typeof value === 'string') {
        const fault = textFault(value)
        if (fault !== null) return `${names[i]} ${fault}`
      } else if (Math.abs(value) === Number.POSITIVE_INFINITY) return `${names[i]} is ${value}, which no column holds`
    }
    return null
  }
}

const textFault = (text: string): string | null => {
  if (text.length > TEXT_MAX) return `has ${text.length} characters, at most ${TEXT_MAX} are stored`
  return text.isWellFormed() ? null : 'is no well-formed Unicode'
}

/** The head of a line, up to the symbols of the row: one for each key and venue. */
export const headsOf = (
  { name, key: column, hasVenue }: Table,
  { source, venueOf }: Origin,
): ((key: string) => Buffer) => {
  const heads = remembered<Buffer>()
  return key => {
    const venue = hasVenue ? venueOf(key) : undefined
    return heads(venue === undefined ? key : `${key}\n${venue}`, () => {
      const told = venue === undefined ? '' : `,venue=${escapeSymbol(venue)}`
      return Buffer.from(`${name},source=${escapeSymbol(source)},${column}=${escapeSymbol(key)}${told}`)
    })
  }
}

/** Most pieces that are kept for their second use. */
const REMEMBERED_MAX = 65_536

/** What is made once for a text and then kept, within bounds. */
export const remembered = <T>(): ((text: string, make: () => T) => T) => {
  const made = new Map<string, T>()
  return (text, make) => {
    let found = made.get(text)
    if (found === undefined) {
      found = make()
      if (made.size >= REMEMBERED_MAX) made.clear()
      made.set(text, found)
    }
    return found
  }
}

/** The columns of a schema's fields. Fails: Fault QUESTDB_TABLE when the table has none for a field. */
export const columnsOf = (table: Table, { name, fields }: Schema): readonly Column[] =>
  fields.map(field => {
    const column = table.columns.find(other => other.field === field.name)
    if (column !== undefined && (column.type === 'DOUBLE') === (field.type === 'f64')) return column
    const found = column === undefined ? 'has no column' : `has a ${column.type}`
    throw new MillraceError('QUESTDB_TABLE', `table ${table.name} ${found} for ${field.type} ${field.name} of ${name}`)
  })
