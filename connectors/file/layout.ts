import { MillraceError } from '../../engine/errors.ts'
import { type ColumnMap, type ColumnPlaces, isHeader, placeColumns, type RowKind } from './columns.ts'
import { textAt, textOf } from './decimal.ts'
import type { Tally } from './findings.ts'
import { type JsonRows, jsonLayout } from './json-layout.ts'
import { type Delimiter, type Fields, LINE_END, MAX_FIELDS, newFields, type Piece, scanLine } from './scan.ts'

/** How the rows of a file are written. */
export interface Layout {
  readonly kind: RowKind
  readonly places: ColumnPlaces
  /** The byte between two fields. */
  readonly delimiter: number
  readonly fieldCount: number
  /** Rows of JSON: where their fields stand. Null: of fields with a delimiter between them. */
  readonly json: JsonRows | null
}

export interface LayoutOptions {
  readonly path: string
  readonly columns: ColumnMap
  readonly kind?: RowKind
  readonly delimiter?: Delimiter
}

/**
 * Reads the layout off the first line that is neither blank nor a comment; null when the piece has none.
 * `from` is where the rows begin: behind the header, or with that very line when it is a row.
 */
export const findLayout = (
  piece: Piece,
  tally: Tally,
  options: LayoutOptions,
): { readonly layout: Layout; readonly from: number } | null => {
  const { bytes } = piece
  let from = tally.lines === 0 && BOM.every((byte, i) => bytes[i] === byte) ? BOM.length : 0
  while (from < bytes.length && isIdle(bytes[from]!)) {
    from = bytes.indexOf(LINE_END, from) + 1
    tally.lines++
  }
  if (from >= bytes.length) return null

  const place = `${options.path}:${tally.lines + 1}`
  if (bytes[from] === OPEN) {
    const text = textOf(bytes, from, bytes.indexOf(LINE_END, from))
    return { layout: jsonLayout({ text, place }, options.columns, options.kind), from }
  }
  const delimiter = options.delimiter?.charCodeAt(0) ?? likelyDelimiter(piece, from)
  const fields = newFields()
  const next = scanLine(piece, from, delimiter, fields)
  const first = { fields: textsOf(bytes, fields), place }
  if (first.fields.some(text => text.includes('\0'))) throw new MillraceError('FILE_FORMAT', `${place} is not text`)
  const placed = placeColumns(first, options.columns, options.kind)
  const layout = { ...placed, delimiter, fieldCount: fields.count, json: null }
  if (!isHeader(first)) return { layout, from }
  tally.lines++
  return { layout, from: next }
}

/** True when a line that starts with this byte holds no row: it is blank, or a comment. */
export const isIdle = (byte: number): boolean => byte === LINE_END || byte === RETURN || byte === COMMENT

const BOM = [0xef, 0xbb, 0xbf]
const RETURN = 13
const COMMENT = 35
/** `{` */
const OPEN = 123
const DELIMITERS: readonly Delimiter[] = [',', ';', '\t']

/** The one that cuts the line into the most fields. */
const likelyDelimiter = (piece: Piece, from: number): number => {
  const codes = DELIMITERS.map(delimiter => delimiter.charCodeAt(0))
  const counts = codes.map(code => {
    const fields = newFields()
    scanLine(piece, from, code, fields)
    return fields.count
  })
  return codes[counts.indexOf(Math.max(...counts))]!
}

const textsOf = (bytes: Uint8Array, fields: Fields): string[] =>
  Array.from({ length: Math.min(fields.count, MAX_FIELDS) }, (_, place) => textAt(bytes, fields, place))
