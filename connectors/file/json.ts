import type { Leaf, PathNode, Paths } from './paths.ts'
import type { Fields } from './scan.ts'
import { clearFields, type Find, NOBODY, speller, TEXT_MAX, valueAt } from './spelling.ts'

/**
 * Finds the fields of a JSON object without making one: names are compared as bytes, and what is not asked for is
 * stepped over, but held against the grammar. Whatever is not plain goes to `JSON.parse`, which has the last word:
 * escapes in what is asked for, a field that comes twice, deep nesting, bytes that are no JSON. Both give the same
 * fields.
 *
 * Numbers may be written as texts. They keep the bits that `Number` gives; a number that is read as a time or a name
 * keeps its digits, however many they are.
 */
export const jsonFinder = (plan: Paths, fields: Fields): Find => {
  const spell = speller(plan, fields)
  const scan = scanner(plan, fields)
  return (bytes, start, end) =>
    scan(bytes, start, end) ? bytes : spell.object(parse(plan, bytes.toString('utf8', start, end)))
}

const parse = ({ leaves }: Paths, text: string): unknown => {
  try {
    const tree: unknown = JSON.parse(text)
    return leaves.some(leaf => needsDigits(leaf, tree)) ? JSON.parse(text, keepDigits) : tree
  } catch {
    return null
  }
}

const needsDigits = ({ path, reads }: Leaf, tree: unknown): boolean => {
  const value = valueAt(tree, path)
  return typeof value === 'number' && (reads === 'text' || (reads === 'count' && !Number.isSafeInteger(value)))
}

/** A number as it is written. */
const keepDigits = (_name: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' ? (context?.source ?? value) : value

/** Not plain JSON; everything else is a place in the bytes. */
const ODD = -1
const DEPTH_MAX = 32

interface Walk {
  readonly fields: Fields
  /** By node of the paths: the turn in which it was last met. */
  readonly seen: Uint32Array
  turn: number
  /** No text goes beyond. */
  end: number
  depth: number
}

const scanner = (plan: Paths, fields: Fields): ((bytes: Buffer, start: number, end: number) => boolean) => {
  const walk: Walk = { fields, seen: new Uint32Array(plan.nodes), turn: 0, end: 0, depth: 0 }
  return (bytes, start, end) => {
    clearFields(fields, plan.leaves.length, start)
    walk.turn = walk.turn === 0xffffffff ? 1 : walk.turn + 1
    walk.end = end
    walk.depth = 0
    const open = blank(bytes, start)
    if (bytes[open] !== OPEN) return false
    const close = members(walk, bytes, open + 1, plan.root)
    // What was read behind the end belongs to the next record: then this one was cut off.
    return close > 0 && close <= end && blank(bytes, close) >= end
  }
}

/** From behind the opening brace to behind the closing one; `node` is what is asked for inside. */
const members = (walk: Walk, bytes: Buffer, from: number, node: PathNode | null): number => {
  let i = blank(bytes, from)
  if (bytes[i] === CLOSE) return i + 1
  for (;;) {
    if (bytes[i] !== QUOTE) return ODD
    const name = i + 1
    const nameEnd = stringEnd(bytes, name, walk.end)
    if (nameEnd < 0) return ODD
    i = blank(bytes, nameEnd + 1)
    if (bytes[i] !== COLON) return ODD
    i = blank(bytes, i + 1)
    const child = node === null ? null : childNamed(node.children, bytes, name, nameEnd)
    i = child === null ? skip(walk, bytes, i) : field(walk, bytes, i, child)
    if (i < 0) return ODD
    i = blank(bytes, i)
    if (bytes[i] === CLOSE) return i + 1
    if (bytes[i] !== COMMA) return ODD
    i = blank(bytes, i + 1)
  }
}

const field = (walk: Walk, bytes: Buffer, from: number, node: PathNode): number => {
  const { seen, turn, fields } = walk
  if (seen[node.index] === turn) return ODD
  seen[node.index] = turn
  const byte = bytes[from]
  if (node.slot < 0) return byte === OPEN ? members(walk, bytes, from + 1, node) : ODD
  if (byte === QUOTE) return text(walk, bytes, from + 1, node.slot)
  if (byte === LETTER_N) return word(bytes, from, NULL)
  const behind = number(bytes, from, fields, node.slot)
  return behind - from > TEXT_MAX ? ODD : behind
}

const text = ({ fields, end }: Walk, bytes: Buffer, start: number, slot: number): number => {
  const close = stringEnd(bytes, start, end)
  if (close < 0 || close - start > TEXT_MAX) return ODD
  if (number(bytes, start, fields, slot) !== close) fields.numbers[slot] = Number.NaN
  fields.starts[slot] = start
  fields.ends[slot] = close
  return close + 1
}

/** Steps over a value that nobody asks for. */
const skip = (walk: Walk, bytes: Buffer, from: number): number => {
  switch (bytes[from]) {
    case QUOTE: {
      const close = textEnd(bytes, from + 1, walk.end)
      return close < 0 ? ODD : close + 1
    }
    case OPEN:
    case OPEN_LIST: {
      if (++walk.depth > DEPTH_MAX) return ODD
      const behind = bytes[from] === OPEN ? members(walk, bytes, from + 1, null) : items(walk, bytes, from + 1)
      walk.depth--
      return behind
    }
    case LETTER_T:
      return word(bytes, from, TRUE)
    case LETTER_F:
      return word(bytes, from, FALSE)
    case LETTER_N:
      return word(bytes, from, NULL)
    default:
      return number(bytes, from, walk.fields, NOBODY)
  }
}

/** From behind the opening bracket to behind the closing one. */
const items = (walk: Walk, bytes: Buffer, from: number): number => {
  let i = blank(bytes, from)
  if (bytes[i] === CLOSE_LIST) return i + 1
  for (;;) {
    i = skip(walk, bytes, i)
    if (i < 0) return ODD
    i = blank(bytes, i)
    if (bytes[i] === CLOSE_LIST) return i + 1
    if (bytes[i] !== COMMA) return ODD
    i = blank(bytes, i + 1)
  }
}

const childNamed = (children: readonly PathNode[], bytes: Buffer, start: number, end: number): PathNode | null => {
  const length = end - start
  for (let n = 0; n < children.length; n++) {
    const child = children[n]!
    const name = child.bytes
    if (name.length !== length) continue
    let i = 0
    while (i < length && name[i] === bytes[start + i]) i++
    if (i === length) return child
  }
  return null
}

const blank = (bytes: Buffer, from: number): number => {
  let i = from
  while (bytes[i] === SPACE || bytes[i] === LINE_FEED || bytes[i] === RETURN || bytes[i] === TAB) i++
  return i
}

/** The closing quote of a text that nobody asks for: it may hold escapes. */
const textEnd = (bytes: Buffer, from: number, end: number): number => {
  for (let i = from; i < end; i++) {
    const byte = bytes[i]!
    if (byte === QUOTE) return i
    if (byte < SPACE) return ODD
    if (byte !== BACKSLASH) continue
    i += 1
    if (bytes[i] === LETTER_U) i = hexEnd(bytes, i + 1)
    else if (!ESCAPED.includes(bytes[i] ?? 0)) return ODD
    if (i < 0) return ODD
  }
  return ODD
}

/** The last of four hexadecimal digits. */
const hexEnd = (bytes: Buffer, from: number): number => {
  for (let i = from; i < from + 4; i++) if (!HEX.includes(bytes[i] ?? 0)) return ODD
  return from + 3
}

/** The closing quote. A text with an escape, or with what should be one, is odd. */
const stringEnd = (bytes: Buffer, from: number, end: number): number => {
  for (let i = from; i < end; i++) {
    const byte = bytes[i]!
    if (byte === QUOTE) return i
    if (byte === BACKSLASH || byte < SPACE) return ODD
  }
  return ODD
}

/**
 * A number into a slot, with the bits of `Number`: an integer below 2^53 and a power of ten up to 10^22 are both
 * exact, so their quotient is rounded once. NaN where that does not hold; then its text is read. Digits are gathered
 * nine at a time, which V8 keeps in machine words.
 */
const number = (bytes: Buffer, from: number, { starts, ends, numbers }: Fields, slot: number): number => {
  const first = bytes[from] === DASH ? from + 1 : from
  let i = first
  let high = 0
  let low = 0
  let digits = 0
  let point = -1
  for (; ; i++) {
    const digit = bytes[i]! - ZERO
    if (digit >= 0 && digit <= 9) {
      if (digits === 9) {
        high = low
        low = 0
      }
      low = (Math.imul(low, 10) + digit) | 0
      digits++
    } else if (digit === POINT - ZERO && point < 0) point = i
    else break
  }
  const whole = point < 0 ? digits : point - first
  if (whole === 0 || (whole > 1 && bytes[first] === ZERO) || point === i - 1) return ODD
  const value = digits <= 9 ? low : digits <= 18 ? high * POWERS[digits - 9]! + low : Number.NaN
  numbers[slot] = value < 2 ** 53 ? (first > from ? -value : value) / POWERS[digits - whole]! : Number.NaN
  if ((bytes[i]! | LOWER) === LETTER_E) {
    i = exponentEnd(bytes, i + 1)
    numbers[slot] = Number.NaN
  }
  starts[slot] = from
  ends[slot] = i
  return i
}

const exponentEnd = (bytes: Buffer, from: number): number => {
  const first = bytes[from] === PLUS || bytes[from] === DASH ? from + 1 : from
  let i = first
  while (bytes[i]! >= ZERO && bytes[i]! <= ZERO + 9) i++
  return i === first ? ODD : i
}

const word = (bytes: Buffer, from: number, letters: Uint8Array): number => {
  for (let i = 0; i < letters.length; i++) if (bytes[from + i] !== letters[i]) return ODD
  return from + letters.length
}

/** Of more decimals the quotient is NaN. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

const [TRUE, FALSE, NULL] = ['true', 'false', 'null'].map(letters => Buffer.from(letters)) as [Buffer, Buffer, Buffer]
const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [123, 125, 91, 93] as const
const [QUOTE, COLON, COMMA, BACKSLASH, POINT, DASH, PLUS] = [34, 58, 44, 92, 46, 45, 43] as const
const [SPACE, TAB, LINE_FEED, RETURN, ZERO, LOWER] = [32, 9, 10, 13, 48, 32] as const
const [LETTER_E, LETTER_F, LETTER_N, LETTER_T, LETTER_U] = [101, 102, 110, 116, 117] as const
const ESCAPED = Buffer.from('"\\/bfnrt')
const HEX = Buffer.from('0123456789abcdefABCDEF')
