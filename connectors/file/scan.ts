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
  /** The bits of `Number(text)` where a field is digits, perhaps with a point, below 2^53; NaN elsewhere. */
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
 * An integer below 2^53 and a power of ten up to 10^22 are both exact, so their quotient is rounded once, as `Number`
 * rounds.
 */
export const scanLine = ({ bytes, words }: Piece, from: number, delimiter: number, fields: Fields): number => {
  const { starts, ends, numbers } = fields
  const { length } = bytes
  let count = 0
  let i = from
  for (;;) {
    const place = count < MAX_FIELDS ? count : MAX_FIELDS - 1
    let start = i
    let isQuoted = false
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
      if (byte >= ZERO && byte <= NINE) value = value * 10 + (byte - ZERO)
      else if (byte === POINT && point < 0) point = i
      else if (byte === QUOTE && i === start && !isQuoted) {
        isQuoted = true
        start++
      } else break
      i++
    }
    const numberEnd = i
    const digits = point < 0 ? i - start : i - start - 1
    if (isQuoted) {
      i = closingQuote(bytes, i)
      byte = bytes[i]!
    }
    const close = i
    while (byte !== delimiter && byte !== LINE_END) byte = bytes[++i]!
    const end = isQuoted ? close : byte === LINE_END && i > start && bytes[i - 1] === RETURN ? i - 1 : i
    numbers[place] = point < 0 ? value : value / POWERS[numberEnd - point - 1]!
    if (end !== numberEnd || digits === 0 || value >= 2 ** 53) numbers[place] = NaN
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
/** Of more decimals the quotient is NaN: such a field is no number to the scan. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

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

/** The quote that ends the field, or the end of the line; two quotes are one that belongs to the field. */
const closingQuote = (bytes: Uint8Array, from: number): number => {
  let i = from
  while (bytes[i] !== LINE_END && (bytes[i] !== QUOTE || bytes[i + 1] === QUOTE)) i += bytes[i] === QUOTE ? 2 : 1
  return i
}
