import { isMillraceError } from '../../engine/errors.ts'
import { HIDDEN, isSecret, redactText } from './redact.ts'

/** What a line says beside its message. */
export type Fields = Readonly<Record<string, unknown>>

const DEPTH_MAX = 6
/** Values of one line, all levels together. */
const VALUES_MAX = 500
/** Of one text, and of all texts of a line. */
const TEXT_MAX = 8192
const TEXTS_MAX = 65_536

/** What every line has; a field of such a name gets a mark behind it. */
const taken: ReadonlySet<string> = new Set(['timestamp', 'level', 'component', 'message', 'repeated'])

/** Fields as plain JSON without secrets, of bounded size, whatever they were. Never throws. */
export const plainFields = (fields: Fields): Record<string, unknown> => {
  const plain = record(fields, { left: VALUES_MAX, textLeft: TEXTS_MAX, inside: [fields] })
  return Object.fromEntries(Object.entries(plain).map(([name, value]) => [taken.has(name) ? `${name}_` : name, value]))
}

/** A text without secrets, of bounded length. */
export const plainText = (text: string): string =>
  redactText(text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}...` : text)

const textOf = (text: string, walk: Walk): string => {
  const plain = plainText(text.slice(0, walk.textLeft))
  walk.textLeft -= Math.min(text.length, TEXT_MAX, walk.textLeft)
  return plain
}

/** What may still be written, and the objects that the value stands in. */
interface Walk {
  left: number
  textLeft: number
  readonly inside: object[]
}

const plainOf = (value: unknown, walk: Walk): unknown => {
  switch (typeof value) {
    case 'string':
      return textOf(value, walk)
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'object':
      return value === null ? null : plainObject(value, walk)
    case 'boolean':
    case 'undefined':
      return value
    default:
      return String(value)
  }
}

const plainObject = (value: object, walk: Walk): unknown => {
  const { inside } = walk
  if (inside.includes(value)) return '[circular]'
  if (inside.length >= DEPTH_MAX) return '[deeper]'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString()
  if (value instanceof URL || value instanceof RegExp) return redactText(String(value))
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  inside.push(value)
  try {
    if (Array.isArray(value) || value instanceof Set) return list([...value], walk)
    if (value instanceof Error) return record(factsOf(value), walk)
    return record(value instanceof Map ? Object.fromEntries(value) : value, walk)
  } catch {
    return '[unreadable]'
  } finally {
    inside.pop()
  }
}

const list = (values: readonly unknown[], walk: Walk): unknown[] => {
  const plain: unknown[] = []
  for (const value of values) {
    if (walk.left-- <= 0) return [...plain, `[${values.length - plain.length} more]`]
    plain.push(plainOf(value, walk))
  }
  return plain
}

const record = (fields: object, walk: Walk): Record<string, unknown> => {
  const plain: Record<string, unknown> = {}
  for (const name of Object.keys(fields)) {
    if (walk.left-- <= 0) return { ...plain, '...': 'more' }
    plain[name] = field(fields, name, walk)
  }
  return plain
}

const field = (fields: object, name: string, walk: Walk): unknown => {
  try {
    const value = (fields as Fields)[name]
    const isShown = value === undefined || value === null || typeof value === 'boolean' || !isSecret(name)
    return isShown ? plainOf(value, walk) : HIDDEN
  } catch {
    return '[unreadable]'
  }
}

/** An error with its cause; the stack of the outermost is enough, for it names the causes' messages too. */
const factsOf = (error: Error): object => {
  const { name, message, stack, cause } = error
  const known = isMillraceError(error)
    ? { code: error.code, family: error.family, remedy: error.remedy }
    : { name, code: (error as NodeJS.ErrnoException).code }
  return { ...known, message, stack, cause }
}
