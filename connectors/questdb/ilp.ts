/*
 * The line protocol of QuestDB, version 2: text, but for doubles, which are eight bytes and therefore exact.
 *
 *   quotes,source=q/0,instrument=EURUSD seq=4097i,bid==\x10........,ask==\x10........ 1400000000000000t\n
 *
 * `=` after the equals sign announces binary; 0x10 is a double, 0x0e an array: 0x0a (of doubles), dimensions, u32 size
 * of each, doubles. All little endian. The letter behind the time is its unit: microseconds.
 */

/** Lines on their way to the server. Nothing is allocated when more are written. */
export interface Lines {
  readonly bytes: Buffer
  readonly view: DataView
  /** Written so far. */
  size: number
  count: number
  /** Where line i begins; `starts[count]` is `size`. */
  readonly starts: Int32Array
  /** The place of the row of line i, as `seqOf` counts. */
  readonly seqs: Float64Array
}

export const lineBuffer = (capacityBytes: number, capacityLines: number): Lines => {
  const bytes = Buffer.allocUnsafeSlow(capacityBytes)
  return {
    bytes,
    view: new DataView(bytes.buffer),
    size: 0,
    count: 0,
    starts: new Int32Array(capacityLines + 1),
    seqs: new Float64Array(capacityLines),
  }
}

export const clearLines = (lines: Lines): void => {
  lines.size = 0
  lines.count = 0
}

/** Whether lines of at most so many bytes together find room. */
export const hasRoom = ({ bytes, size, count, seqs }: Lines, lineBytes: number, more: number = 1): boolean =>
  count + more <= seqs.length && size + lineBytes <= bytes.length

/** The doubles of a line, up to its place: ` bid==\x10........,ask==\x10........,seq=`. */
export interface Fields {
  readonly piece: Buffer
  /** Where in the piece each double stands. */
  readonly places: readonly number[]
}

export const fieldsOf = (columns: readonly string[]): Fields => {
  const pieces = columns.map((column, i) => Buffer.from(`${i === 0 ? ' ' : ','}${column}==\x10........`, 'latin1'))
  const places = pieces.map((_, i) => Buffer.concat(pieces.slice(0, i + 1)).length - 8)
  return { piece: Buffer.concat([...pieces, Buffer.from(columns.length === 0 ? ' seq=' : ',seq=')]), places }
}

/** All fields at once, because one long copy is cheaper than many short ones; then the doubles into their places. */
export const putFields = (
  lines: Lines,
  { piece, places }: Fields,
  columns: readonly ArrayLike<number>[],
  row: number,
): void => {
  const { view, size } = lines
  putBytes(lines, piece)
  for (let i = 0; i < places.length; i++) view.setFloat64(size + places[i]!, columns[i]![row]!, true)
}

/** Behind the fields. */
export const putSeq = (lines: Lines, seq: number): void => {
  lines.seqs[lines.count] = seq
  putInteger(lines, seq)
  lines.bytes[lines.size++] = LONG
}

/** The time, and the end of the line. */
export const endLine = (lines: Lines, at: number): void => {
  const { bytes } = lines
  bytes[lines.size++] = BLANK
  putInteger(lines, at)
  bytes[lines.size++] = MICROS
  bytes[lines.size++] = NEWLINE
  lines.starts[++lines.count] = lines.size
}

/** Most bytes of a line's place and time: two integers of a sign and 16 digits, and what is around them. */
export const FRAME_BYTES = 48

const [LONG, BLANK, MICROS, NEWLINE] = [...Buffer.from('i t\n')] as [number, number, number, number]

/** Short pieces go by a loop: below some forty bytes it is faster than a call of `set`. */
export const putBytes = (lines: Lines, piece: Uint8Array): void => {
  const { bytes, size } = lines
  const { length } = piece
  if (length > 40) bytes.set(piece, size)
  else for (let i = 0; i < length; i++) bytes[size + i] = piece[i]!
  lines.size = size + length
}

export const putDouble = (lines: Lines, value: number): void => {
  lines.view.setFloat64(lines.size, value, true)
  lines.size += 8
}

/** The digits of a safe integer. */
export const putInteger = (lines: Lines, value: number): void => {
  if (value < 0) lines.bytes[lines.size++] = MINUS
  const magnitude = Math.abs(value)
  const high = Math.floor(magnitude / 1e8)
  if (high > 0) putDigits(lines, high, lengthOf(high))
  const low = magnitude - high * 1e8
  putDigits(lines, low, high > 0 ? 8 : lengthOf(low))
}

const MINUS = 45

const lengthOf = (value: number): number => {
  let length = 1
  for (let rest = (value / 10) | 0; rest > 0; rest = (rest / 10) | 0) length += 1
  return length
}

const putDigits = (lines: Lines, value: number, length: number): void => {
  const { bytes, size } = lines
  let rest = value | 0
  for (let i = size + length - 1; i >= size; i--) {
    const next = (rest / 10) | 0
    bytes[i] = 48 + rest - next * 10
    rest = next
  }
  lines.size = size + length
}

/** A text in quotes. */
export const putText = (lines: Lines, text: string): void => {
  const { bytes } = lines
  bytes[lines.size++] = QUOTE
  const start = lines.size
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 32 || code > 126 || code === QUOTE || code === BACKSLASH) {
      lines.size = start + bytes.write(escapeText(text), start)
      bytes[lines.size++] = QUOTE
      return
    }
    bytes[start + i] = code
  }
  lines.size = start + text.length
  bytes[lines.size++] = QUOTE
}

/** Most bytes of a text in quotes: UTF-8 takes up to three a code unit; what is escaped becomes two. */
export const textBytes = (text: string): number => 3 * text.length + 2

const QUOTE = 34
const BACKSLASH = 92

const escapeText = (text: string): string => text.replace(/["\\\n\r]/g, '\\$&')

/** A symbol's value: not quoted, so all that has a meaning in the line is escaped. */
export const escapeSymbol = (text: string): string => text.replace(/[ ,=\\\n\r]/g, '\\$&')

/** What announces a grid of doubles, whose sizes and doubles follow. */
export const gridPiece = (column: string): Buffer => Buffer.from(`,${column}==\x0e\x0a\x02`, 'latin1')

export const putSizes = (lines: Lines, rows: number, columns: number): void => {
  lines.view.setUint32(lines.size, rows, true)
  lines.view.setUint32(lines.size + 4, columns, true)
  lines.size += 8
}
