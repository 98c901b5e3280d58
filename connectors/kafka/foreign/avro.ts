import avsc, { type Schema as AvroSchema, type Type, type types } from 'avsc'
import type { PathNode } from '../../file/paths.ts'
import type { Fields } from '../../file/scan.ts'
import { type Find, type Speller, speller } from '../../file/spelling.ts'
import type { Records } from '../records.ts'
import type { Plan } from './plan.ts'

export interface AvroFinder {
  readonly find: Find
  /** The id of the schema that must be learned before the record is read; -1 when there is none. */
  unknown(records: Records): number
  /** The text of a schema; null when there is none under the id. */
  learn(id: number, schema: string | null): void
  /** True when the record names a schema that is known, or none at all. */
  knows(records: Records): boolean
}

/**
 * Finds the fields of Avro records in the Confluent wire format: a zero byte, the schema id in four, the record.
 *
 * The schemas are those of avsc; the walk is ours: it makes nothing of what is not asked for, keeps 64-bit integers
 * whole, and ends at the last byte, whatever lengths a damaged record claims.
 */
export const avroFinder = (plan: Plan, fields: Fields): AvroFinder => {
  const to = speller(plan, fields)
  const walks = new Map<number, Walk | null>()
  const idOf = (bytes: Buffer, start: number, end: number): number =>
    end - start >= HEADER && bytes[start] === MAGIC ? Math.max(-1, bytes.readInt32BE(start + 1)) : -1
  return {
    unknown({ bytes, valueStart, valueEnd }) {
      const id = idOf(bytes, valueStart, valueEnd)
      return walks.has(id) ? -1 : id
    },
    learn(id, schema) {
      walks.set(id, schema === null ? null : walkOf(schema, plan.root, to))
    },
    knows: ({ bytes, valueStart, valueEnd }) => walks.get(idOf(bytes, valueStart, valueEnd)) !== null,
    find(bytes, start, end) {
      const walk = walks.get(idOf(bytes, start, end))
      if (!walk) return null
      to.clear()
      return walk(bytes, start + HEADER, end) === end ? to.bytes : null
    },
  }
}

const MAGIC = 0
const HEADER = 5

/** Reads a value from a place on and gives the place behind it; beyond the end, or NaN, when it does not fit. */
type Walk = (bytes: Buffer, from: number, end: number) => number

/** Null when the schema cannot be read: it refers to others, or is of another kind. */
const walkOf = (text: string, root: PathNode, to: Speller): Walk | null => {
  let type: Type
  try {
    type = avsc.Type.forSchema(JSON.parse(text) as AvroSchema)
  } catch {
    return null
  }
  const walk = compile(type, root, to, new Map())
  return (bytes, from, end) => {
    try {
      return walk(bytes, from, end)
    } catch (error) {
      // A schema that contains itself, and a record that makes much of it.
      if (error instanceof RangeError) return Number.NaN
      throw error
    }
  }
}

/** `node` is what is asked for of the value; null for nothing. Types that are stepped over are compiled once. */
const compile = (type: Type, node: PathNode | null, to: Speller, skips: Map<Type, Walk>): Walk => {
  if (node !== null && node.slot >= 0) return leaf(type, node.slot, to, skips)
  const known = node === null ? skips.get(type) : undefined
  if (known) return known
  let made: Walk | null = null
  const later: Walk = (bytes, from, end) => made!(bytes, from, end)
  if (node === null) skips.set(type, later)
  made = inner(type, node, (part, asked) => compile(part, asked, to, skips))
  if (node === null) skips.set(type, made)
  return made
}

type Compile = (type: Type, node: PathNode | null) => Walk

const inner = (type: Type, node: PathNode | null, compiled: Compile): Walk => {
  switch (type.typeName) {
    case 'record':
    case 'error':
      return record(
        (type as types.RecordType).fields.map(({ name, type: part }) => compiled(part, childOf(node, name))),
      )
    case 'union:unwrapped':
    case 'union:wrapped':
      return union((type as types.UnwrappedUnionType).types.map(part => compiled(part, node)))
    case 'array':
      return blocks(compiled((type as types.ArrayType).itemsType, null))
    case 'map':
      return blocks(record([skipBytes, compiled((type as types.MapType).valuesType, null)]))
    default:
      return skipScalar(type)
  }
}

const childOf = (node: PathNode | null, name: string): PathNode | null =>
  node?.children.find(child => child.name === name) ?? null

const record = (parts: readonly Walk[]): Walk => {
  const [only] = parts
  if (parts.length === 1) return only!
  return (bytes, from, end) => {
    let at = from
    for (let i = 0; i < parts.length; i++) at = parts[i]!(bytes, at, end)
    return at
  }
}

const union = (branches: readonly Walk[]): Walk => {
  return (bytes, from, end) => {
    const at = long(bytes, from, end)
    return branches[read.value]?.(bytes, at, end) ?? Number.NaN
  }
}

/** Arrays and maps come in blocks that begin with their count; a negative one is followed by their size in bytes. */
const blocks = (item: Walk): Walk => {
  return (bytes, from, end) => {
    let at = from
    for (;;) {
      at = long(bytes, at, end)
      let count = read.value
      if (count === 0 || !(at <= end)) return at
      if (count < 0) {
        at = long(bytes, at, end)
        at = read.value < 0 ? Number.NaN : at + read.value
        continue
      }
      for (; count > 0; count--) {
        const behind = item(bytes, at, end)
        if (!(behind <= end)) return Number.NaN
        // Items without a byte are all alike.
        if (behind === at) break
        at = behind
      }
    }
  }
}

const skipScalar = (type: Type): Walk => {
  switch (type.typeName) {
    case 'null':
      return (_bytes, from) => from
    case 'boolean':
      return (_bytes, from) => from + 1
    case 'int':
    case 'long':
    case 'enum':
      return long
    case 'float':
      return (_bytes, from) => from + 4
    case 'double':
      return (_bytes, from) => from + 8
    case 'fixed': {
      const { size } = type as types.FixedType
      return (_bytes, from) => from + size
    }
    default:
      return skipBytes
  }
}

const skipBytes: Walk = (bytes, from, end) => {
  const at = long(bytes, from, end)
  return read.value < 0 ? Number.NaN : at + read.value
}

const leaf = (type: Type, slot: number, to: Speller, skips: Map<Type, Walk>): Walk => {
  switch (type.typeName) {
    case 'null':
      return (_bytes, from) => from
    case 'int':
    case 'long':
      return (bytes, from, end) => {
        const at = long(bytes, from, end)
        if (Math.abs(read.value) < EXACT) to.number(slot, read.value)
        else to.text(slot, String(wholeLong(bytes, from, at)))
        return at
      }
    case 'float':
    case 'double':
      return real(type.typeName, slot, to)
    case 'string':
      return (bytes, from, end) => {
        const start = long(bytes, from, end)
        const at = start + read.value
        if (!(read.value >= 0 && at <= end)) return Number.NaN
        to.copy(slot, bytes, start, at)
        return at
      }
    case 'enum': {
      const { symbols } = type as types.EnumType
      return (bytes, from, end) => {
        const at = long(bytes, from, end)
        const symbol = symbols[read.value]
        if (symbol === undefined) return Number.NaN
        to.text(slot, symbol)
        return at
      }
    }
    case 'union:unwrapped':
    case 'union:wrapped':
      return union((type as types.UnwrappedUnionType).types.map(part => leaf(part, slot, to, skips)))
    default: {
      const skip = compile(type, null, to, skips)
      return (bytes, from, end) => {
        to.other(slot)
        return skip(bytes, from, end)
      }
    }
  }
}

const real = (name: 'float' | 'double', slot: number, to: Speller): Walk => {
  const size = name === 'float' ? 4 : 8
  return (bytes, from, end) => {
    if (!(from + size <= end)) return Number.NaN
    to.number(slot, name === 'float' ? bytes.readFloatLE(from) : bytes.readDoubleLE(from))
    return from + size
  }
}

/** What `long` has read. In zigzag a number takes a bit more: not each of those from here on is exact. */
const read = { value: 0 }
const EXACT = 2 ** 52

/** A zigzag varint of at most ten bytes. */
const long = (bytes: Buffer, from: number, end: number): number => {
  let value = 0
  let scale = 1
  for (let at = from; at < end && at < from + 10; scale *= 128) {
    const byte = bytes[at++]!
    value += (byte & 127) * scale
    if (byte >= 128) continue
    read.value = value % 2 === 0 ? value / 2 : -(value + 1) / 2
    return at
  }
  read.value = Number.NaN
  return Number.NaN
}

const wholeLong = (bytes: Buffer, from: number, end: number): bigint => {
  let value = 0n
  for (let at = end - 1; at >= from; at--) value = (value << 7n) | BigInt(bytes[at]! & 127)
  return BigInt.asIntN(64, value & 1n ? ~(value >> 1n) : value >> 1n)
}
