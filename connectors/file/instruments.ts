import { textAt } from './decimal.ts'
import type { Fields } from './scan.ts'

/** The instruments of a file by their place in `names`, in order of first appearance. */
export interface InstrumentIndex {
  readonly names: string[]
  /** The place in `names` of the name in a field; -1 when it is not one of those expected. */
  find(bytes: Uint8Array, fields: Fields, field: number): number
}

/** Keys of a block are 16-bit numbers. */
export const MAX_INSTRUMENTS = 65_536

/**
 * Finds names without making strings: a hash of the bytes leads to the name, which is then compared.
 * `expected` limits what is found; an empty name is never found.
 */
export const instrumentIndex = (expected?: readonly string[]): InstrumentIndex => {
  const names: string[] = []
  const allowed = expected && new Set(expected)
  const byHash = new Map<number, number>()
  const byName = new Map<string, number>()

  const learn = (name: string): number => {
    if (name === '' || (allowed && !allowed.has(name)) || names.length >= MAX_INSTRUMENTS) return -1
    byName.set(name, names.push(name) - 1)
    return names.length - 1
  }
  return {
    names,
    find: (bytes, fields, field) => {
      const start = fields.starts[field]!
      const end = fields.ends[field]!
      let hash = end - start
      for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
      const likely = byHash.get(hash)
      if (likely !== undefined && isName(names[likely]!, bytes, start, end)) return likely
      const name = textAt(bytes, fields, field).trim()
      const place = byName.get(name) ?? learn(name)
      if (place >= 0 && likely === undefined) byHash.set(hash, place)
      return place
    },
  }
}

const isName = (name: string, bytes: Uint8Array, start: number, end: number): boolean => {
  if (name.length !== end - start) return false
  for (let i = start; i < end; i++) if (name.charCodeAt(i - start) !== bytes[i]) return false
  return true
}
