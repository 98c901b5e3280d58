/** Whole lines of a file. The last byte is a line end, so that a scan needs no other bound. */
export interface Piece {
  readonly bytes: Uint8Array
  /** The same bytes, to be read four at a time. */
  readonly words: DataView
}

export const pieceOf = (bytes: Uint8Array): Piece => ({
  bytes,
  words: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
})

/** Where the fields of one line stand, and the numbers they hold; filled anew for each line. */
export interface Fields {
  /** May be more than `MAX_FIELDS`; only the first `MAX_FIELDS` are kept. */
  count: number
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** The bits of `Number(text)` where a field is up to 15 digits, perhaps with a point; NaN elsewhere. */
  readonly numbers: Float64Array
}

export type Delimiter = ',' | ';' | '\t'

export const MAX_FIELDS = 256

export const newFields = (): Fields => ({
  count: 0,
  starts: new Int32Array(MAX_FIELDS),
  ends: new Int32Array(MAX_FIELDS),
  numbers: new Float64Array(MAX_FIELDS),
})

export const LINE_END = 10

/**
 * Finds the fields of the line at `from`, reads their numbers on the way, and returns where the next line starts.
 * Quotes around a field are taken off; a quoted field may hold the delimiter, but no line end.
 *
 * An integer of 15 digits and a power of ten up to 10^15 are both exact, so their quotient is rounded once, as `Number`
 * rounds.
 */
export const scanLine = (piece: Piece, from: number, delimiter: number, fields: Fields): number => {
  const { bytes, words } = piece
  const { length } = bytes
  const { starts, ends, numbers } = fields
  let count = 0
  let i = from
  for (;;) {
    const place = count < MAX_FIELDS ? count : MAX_FIELDS - 1
    const start = i
    let value = 0
    let point = -1
    let byte = 0
    for (;;) {
      const four = i + 4 <= length ? fourDigits(words.getUint32(i, true)) : -1
      if (four >= 0) {
        value = value * 10_000 + four
        i += 4
        continue
      }
      byte = bytes[i]!
      if (byte >= ZERO && byte <= NINE) value = value * 10 + byte - ZERO
      else if (byte === POINT && point < 0) point = i
      else break
      i++
    }
    const numberEnd = i
    const digits = point < 0 ? i - start : i - start - 1
    numbers[place] = point < 0 ? value : value / POWERS[i - point - 1]!
    if (byte === QUOTE && i === start) return scanQuoted(piece, from, delimiter, fields)
    while (byte !== delimiter && byte !== LINE_END) byte = bytes[++i]!
    const end = byte === LINE_END && i > start && bytes[i - 1] === RETURN ? i - 1 : i
    if (end !== numberEnd || digits === 0 || digits > MAX_DIGITS) numbers[place] = NaN
    starts[place] = start
    ends[place] = end
    count++
    i++
    if (byte === LINE_END) break
  }
  fields.count = count
  return i
}

const ZERO = 48
const NINE = 57
const POINT = 46
const RETURN = 13
const QUOTE = 34
const MAX_DIGITS = 15
const POWERS = Float64Array.from({ length: MAX_DIGITS + 1 }, (_, exponent) => Number(`1e${exponent}`))

/**
 * The number that four bytes write, the first in the lowest place; -1 when one of them is no digit.
 *
 * ```text
 * bytes    d3 d2 d1 d0        each less '0': 0 to 9, else its top bit or that of the sum is set
 * x 10     .. .. .. d0*10     plus the byte above: two digits in every other byte
 * x 100    .. p1 .. p0*100    plus the pair above: four digits in the low half
 * ```
 */
const fourDigits = (word: number): number => {
  const bytes = (word - 0x30303030) | 0
  if (((bytes | (bytes + 0x76767676)) & 0x80808080) !== 0) return -1
  const pairs = (Math.imul(bytes, 10) + (bytes >>> 8)) & 0x00ff00ff
  return (Math.imul(pairs, 100) + (pairs >>> 16)) & 0xffff
}

/** A line with quotes: its numbers are left to be read from the text, for such files are rare. */
const scanQuoted = ({ bytes }: Piece, from: number, delimiter: number, fields: Fields): number => {
  const lineEnd = bytes.indexOf(LINE_END, from)
  const end = bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd
  fields.count = 0
  fields.numbers.fill(NaN)
  let start = from
  while (start <= end) {
    const close = bytes[start] === QUOTE ? closingQuote(bytes, start + 1, end) : end
    const stop = indexOf(bytes, delimiter, close < end ? close : start, end)
    const place = Math.min(fields.count++, MAX_FIELDS - 1)
    fields.starts[place] = close < end ? start + 1 : start
    fields.ends[place] = close < end ? close : stop
    start = stop + 1
  }
  return lineEnd + 1
}

/** The quote that ends the field, or `end`; two quotes are one that belongs to the field. */
const closingQuote = (bytes: Uint8Array, from: number, end: number): number => {
  let i = indexOf(bytes, QUOTE, from, end)
  while (i + 1 < end && bytes[i + 1] === QUOTE) i = indexOf(bytes, QUOTE, i + 2, end)
  return i
}

const indexOf = (bytes: Uint8Array, byte: number, from: number, end: number): number => {
  let i = from
  while (i < end && bytes[i] !== byte) i++
  return i
}
