import { MillraceError } from '../../engine/errors.ts'
import { COLUMN_NAMES, type ColumnMap, type ColumnName, NEEDED, placeColumns, type RowKind } from './columns.ts'
import type { Reason } from './findings.ts'
import { jsonFinder } from './json.ts'
import type { Layout } from './layout.ts'
import type { LineCut } from './line-cut.ts'
import { type ColumnPath, type Paths, pathsOf } from './paths.ts'
import { type Fields, LINE_END, type Piece } from './scan.ts'

/** Where the fields of rows of JSON stand, and which of them every row must have. */
export interface JsonRows extends Paths {
  readonly needed: readonly number[]
}

export interface FirstRow {
  readonly text: string
  /** `file:line`, for messages. */
  readonly place: string
}

/**
 * Finds the fields of rows of JSON: those of the map by their paths, `data.b`, the others by their usual names among
 * the names that the first row begins with.
 *
 * Fails  usage FILE_HEADER with the names that were found, those that are missing, and how to map them; FILE_OPTION
 *        when a place is a number, or one path lies in another
 */
export const jsonLayout = ({ text, place }: FirstRow, map: ColumnMap, kind?: RowKind): Layout => {
  const names = namesIn(text)
  const mapped: Partial<Record<ColumnName, number>> = {}
  for (const [name, path] of Object.entries(map)) {
    if (typeof path === 'number')
      throw new MillraceError('FILE_OPTION', `${place}: ${name} is mapped to ${path}; a row of JSON has names`)
    mapped[name as ColumnName] = names.includes(path) ? names.indexOf(path) : names.push(path) - 1
  }
  const found = placeColumns({ fields: names, place }, mapped, kind)
  const columns = COLUMN_NAMES.filter(name => found.places[name] >= 0).map(
    (name): ColumnPath => ({ name, path: names[found.places[name]]!, reads: TEXTS.includes(name) ? 'text' : 'number' }),
  )
  const slotOf = (name: ColumnName): number => columns.findIndex(column => column.name === name)
  const paths = pathsOf(columns, sentence => new MillraceError('FILE_OPTION', `${place}: ${sentence}`))
  const needed = [...NEEDED[found.kind], 'instrument' as const].map(slotOf).filter(slot => slot >= 0)
  const places = Object.fromEntries(COLUMN_NAMES.map(name => [name, slotOf(name)])) as Layout['places']
  return { kind: found.kind, places, delimiter: 0, fieldCount: columns.length, json: { ...paths, needed } }
}

/** Read as they are written. */
const TEXTS: readonly ColumnName[] = ['at', 'instrument', 'side']

/** None where the row cannot be read: it is refused when its turn comes. */
const namesIn = (text: string): string[] => {
  try {
    return Object.keys(JSON.parse(text) as object)
  } catch {
    return []
  }
}

/** Lines of JSON objects. */
export const jsonCut = (rows: JsonRows, fields: Fields): LineCut => {
  const find = jsonFinder(rows, fields)
  let of: Piece | null = null
  let bytes: Buffer = Buffer.alloc(0)
  const finding = (): Reason | '' => {
    for (const slot of rows.needed) if (fields.starts[slot] === fields.ends[slot]) return 'missing-field'
    return ''
  }
  const cut: LineCut = {
    bytes,
    finding: '',
    next(piece, from) {
      if (of !== piece) bytes = Buffer.from(piece.bytes.buffer, piece.bytes.byteOffset, piece.bytes.length)
      of = piece
      const end = bytes.indexOf(LINE_END, from)
      const found = find(bytes, from, end)
      cut.bytes = found ?? bytes
      cut.finding = found === null ? 'bad-json' : finding()
      return end + 1
    },
  }
  return cut
}
