import type { Paths } from './paths.ts'
import { type Fields, MAX_FIELDS } from './scan.ts'

/**
 * Finds the fields of a record in bytes [start, end): where each stands in the bytes that are given back, and its
 * number; a field that the record does not have is empty. Null when the record cannot be read.
 */
export type Find = (bytes: Buffer, start: number, end: number) => Uint8Array | null

/** Longer texts are no number, no time and no name. */
export const TEXT_MAX = 256

/** Empties the slots: nothing, at a place whose byte means nothing. */
export const clearFields = ({ starts, ends, numbers }: Fields, slots: number, place: number): void => {
  for (let slot = 0; slot < slots; slot++) {
    starts[slot] = place
    ends[slot] = place
    numbers[slot] = Number.NaN
  }
}

/**
 * Fields that do not stand in the record as text are spelled out, so that one reader judges those of every format.
 * Where the number is enough, a mark stands for the text.
 */
export interface Speller {
  /** What the fields stand in. */
  readonly bytes: Buffer
  /** Before each record. */
  clear(): void
  number(slot: number, value: number): void
  text(slot: number, text: string): void
  /** A text in UTF-8. */
  copy(slot: number, bytes: Uint8Array, start: number, end: number): void
  /** What may not stand there: an object, true, false, bytes. */
  other(slot: number): void
  /** Finds the fields in an object. */
  object(tree: unknown): Uint8Array | null
}

export const speller = (plan: Paths, fields: Fields): Speller => {
  const { leaves } = plan
  const { starts, ends, numbers } = fields
  const bytes = Buffer.alloc(1 + leaves.length * TEXT_MAX * 3, '?')
  let length = 1
  const mark = (slot: number): void => {
    starts[slot] = 0
    ends[slot] = 1
  }
  const stands = (slot: number, end: number): void => {
    starts[slot] = length
    ends[slot] = end
    length = end
  }
  const self: Speller = {
    bytes,
    clear() {
      length = 1
      clearFields(fields, leaves.length, 0)
    },
    number(slot, value) {
      const { reads } = leaves[slot]!
      if (reads === 'number' || (reads === 'count' && Number.isSafeInteger(value))) mark(slot)
      else self.text(slot, String(value))
      numbers[slot] = Number.isFinite(value) ? value : Number.NaN
    },
    text(slot, text) {
      if (text.length > TEXT_MAX) self.other(slot)
      else stands(slot, length + write(bytes, text, length))
    },
    copy(slot, from, start, end) {
      if (end - start > TEXT_MAX) self.other(slot)
      else {
        for (let i = start; i < end; i++) bytes[length + i - start] = from[i]!
        stands(slot, length + end - start)
      }
    },
    other(slot) {
      if (leaves[slot]!.reads === 'number') mark(slot)
    },
    object(tree) {
      self.clear()
      if (typeof tree !== 'object' || tree === null) return null
      for (let slot = 0; slot < leaves.length; slot++) spell(self, slot, valueAt(tree, leaves[slot]!.path))
      return bytes
    },
  }
  return self
}

/** Short texts of ASCII, as most are, without a call into the runtime. */
const write = (bytes: Buffer, text: string, from: number): number => {
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char > 127) return bytes.write(text, from)
    bytes[from + i] = char
  }
  return text.length
}

const spell = (to: Speller, slot: number, value: unknown): void => {
  if (typeof value === 'string') to.text(slot, value)
  else if (typeof value === 'number') to.number(slot, value)
  else if (typeof value === 'bigint') to.text(slot, String(value))
  else if (value !== undefined && value !== null) to.other(slot)
}

export const valueAt = (tree: unknown, path: readonly string[]): unknown => {
  let at = tree
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[name]
  }
  return at
}

/** A slot that nobody reads. */
export const NOBODY: number = MAX_FIELDS - 1
