import { assert } from '../assert.ts'
import { MillraceError } from '../errors.ts'

// Plain data as bytes: one canonical form, so that equal states have equal bytes and digests.
//
//   tag u8, then    1 null · 2 true · 3 false · 4 number f64 · 5 text: length u32, UTF-8
//                   6 array: length u32, values · 7 map: size u32, key value pairs in order
//                   8 record: size u32, name value pairs in order · 16+ typed array: length u32, little-endian bytes
const typed = [
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
] as const

type Typed = InstanceType<(typeof typed)[number]>

/**
 * The bytes of a plain value: numbers (NaN and -0 kept), texts, booleans, null, arrays, Maps, typed arrays, record.
 * Fails with Fault FLOW_STATE_BYTES for one that could not be read again: nested deeper than 64.
 */
export const encodeState = (value: unknown): Uint8Array => {
  const writer: Writer = { bytes: new Uint8Array(1024), view: new DataView(new ArrayBuffer(0)), at: 0, depth: 0 }
  writer.view = new DataView(writer.bytes.buffer)
  write(writer, value)
  return writer.bytes.slice(0, writer.at)
}

/** The value of such bytes. Fails with Fault FLOW_STATE_BYTES when they are none. */
export const decodeState = (bytes: Uint8Array): unknown => {
  const reader: Reader = {
    // A Buffer's `slice` is a view, and its memory may be shared with others.
    bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: 0,
    depth: 0,
  }
  try {
    const value = read(reader)
    if (reader.at !== bytes.length) throw new RangeError(`${bytes.length - reader.at} bytes are left over`)
    return value
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MillraceError(
      'FLOW_STATE_BYTES',
      `not a saved state at byte ${reader.at} of ${bytes.length}: ${reason}`,
      { cause },
    )
  }
}

/**
 * Puts a saved value into a fresh one of the same shape and gives the result: records and arrays of a length are filled
 * in place, so that a restored state has the hidden class of a new one and runs as fast.
 */
export const fill = (fresh: unknown, saved: unknown): unknown => {
  if (typeof saved !== 'object' || saved === null) return saved
  if (isTyped(fresh) && isTyped(saved) && fresh.constructor === saved.constructor && fresh.length === saved.length) {
    ;(fresh as Float64Array).set(saved as Float64Array)
    return fresh
  }
  if (Array.isArray(fresh) && Array.isArray(saved) && fresh.length === saved.length) {
    for (let i = 0; i < saved.length; i++) fresh[i] = fill(fresh[i], saved[i])
    return fresh
  }
  // What is taken as it is must not be shared by two graphs that start from one snapshot.
  if (!isRecord(fresh) || !isRecord(saved)) return structuredClone(saved)
  for (const name of Object.keys(saved)) fresh[name] = fill(fresh[name], saved[name])
  return fresh
}

const isTyped = (value: unknown): value is Typed => ArrayBuffer.isView(value) && !(value instanceof DataView)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  !(value instanceof Map)

interface Writer {
  bytes: Uint8Array
  view: DataView
  at: number
  depth: number
}

/** Deepest nesting of a state; hostile bytes may ask for more. */
const DEPTH_MAX = 64

const room = (writer: Writer, size: number): void => {
  if (writer.at + size <= writer.bytes.length) return
  const grown = new Uint8Array(Math.max(writer.bytes.length * 2, writer.at + size))
  grown.set(writer.bytes)
  writer.bytes = grown
  writer.view = new DataView(grown.buffer)
}

const tag = (writer: Writer, code: number): void => {
  room(writer, 9)
  writer.bytes[writer.at++] = code
}

const length = (writer: Writer, count: number): void => {
  room(writer, 4)
  writer.view.setUint32(writer.at, count, true)
  writer.at += 4
}

const text = (writer: Writer, value: string): void => {
  if (!plainText(writer, value)) anyText(writer, value)
}

/** Most texts are short names in ASCII, for which an encoder takes longer to be called than this takes. */
const plainText = (writer: Writer, value: string): boolean => {
  room(writer, 4 + value.length)
  const start = writer.at + 4
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index)
    if (code > 127) return false
    writer.bytes[start + index] = code
  }
  length(writer, value.length)
  writer.at += value.length
  return true
}

const anyText = (writer: Writer, value: string): void => {
  const bytes = Buffer.from(value, 'utf8')
  length(writer, bytes.length)
  room(writer, bytes.length)
  writer.bytes.set(bytes, writer.at)
  writer.at += bytes.length
}

const write = (writer: Writer, value: unknown): void => {
  if (typeof value === 'number') {
    tag(writer, 4)
    writer.view.setFloat64(writer.at, value, true)
    writer.at += 8
  } else if (typeof value === 'string') {
    tag(writer, 5)
    text(writer, value)
  } else if (value === null || value === undefined) tag(writer, value === null ? 1 : 9)
  else if (typeof value === 'boolean') tag(writer, value ? 2 : 3)
  else if (isTyped(value)) writeTyped(writer, value)
  else {
    writer.depth += 1
    if (writer.depth > DEPTH_MAX)
      throw new MillraceError('FLOW_STATE_BYTES', `a state that cannot be saved: nested deeper than ${DEPTH_MAX}`)
    writeMany(writer, value as object)
    writer.depth -= 1
  }
}

const writeMany = (writer: Writer, value: object): void => {
  if (Array.isArray(value)) {
    tag(writer, 6)
    length(writer, value.length)
    for (const item of value) write(writer, item)
  } else if (value instanceof Map) {
    tag(writer, 7)
    length(writer, value.size)
    for (const [key, item] of value) {
      write(writer, key)
      write(writer, item)
    }
  } else {
    const kind = Object.prototype.toString.call(value)
    assert(kind === '[object Object]', `a state is plain data, found ${kind}`)
    const record = value as Readonly<Record<string, unknown>>
    const names = Object.keys(record)
    tag(writer, 8)
    length(writer, names.length)
    for (const name of names) {
      text(writer, name)
      write(writer, record[name])
    }
  }
}

const writeTyped = (writer: Writer, value: Typed): void => {
  const kind = typed.findIndex(type => value instanceof type)
  assert(kind >= 0, `a state is plain data, found ${Object.prototype.toString.call(value)}`)
  tag(writer, 16 + kind)
  length(writer, value.length)
  room(writer, value.byteLength)
  writer.bytes.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), writer.at)
  writer.at += value.byteLength
}

interface Reader {
  readonly bytes: Uint8Array
  readonly view: DataView
  at: number
  depth: number
}

const read = (reader: Reader): unknown => {
  const code = reader.view.getUint8(reader.at++)
  if (code === 1) return null
  if (code === 2 || code === 3) return code === 2
  if (code === 4) {
    reader.at += 8
    return reader.view.getFloat64(reader.at - 8, true)
  }
  if (code === 5) return readText(reader)
  if (code === 9) return undefined
  if (code >= 16 && code < 16 + typed.length) return readTyped(reader, typed[code - 16]!)
  if (code < 6 || code > 8) throw new RangeError(`unknown tag ${code}`)
  reader.depth += 1
  if (reader.depth > DEPTH_MAX) throw new RangeError(`nested deeper than ${DEPTH_MAX}`)
  const value = readMany(reader, code)
  reader.depth -= 1
  return value
}

const readMany = (reader: Reader, code: number): unknown => {
  const count = readLength(reader, 1)
  if (code === 6) {
    const items: unknown[] = []
    for (let i = 0; i < count; i++) items.push(read(reader))
    return items
  }
  if (code === 7) {
    const map = new Map<unknown, unknown>()
    for (let i = 0; i < count; i++) {
      const key = read(reader)
      map.set(key, read(reader))
    }
    return map
  }
  const entries: [string, unknown][] = []
  for (let i = 0; i < count; i++) entries.push([readText(reader), read(reader)])
  return Object.fromEntries(entries)
}

/** A count that the bytes which are left can hold: a hostile length allocates nothing. */
const readLength = (reader: Reader, bytesEach: number): number => {
  const count = reader.view.getUint32(reader.at, true)
  reader.at += 4
  if (count * bytesEach > reader.bytes.length - reader.at)
    throw new RangeError(`a length of ${count} runs past the end`)
  return count
}

const readText = (reader: Reader): string => {
  const size = readLength(reader, 1)
  reader.at += size
  return Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset + reader.at - size, size).toString('utf8')
}

const readTyped = (reader: Reader, type: (typeof typed)[number]): Typed => {
  const count = readLength(reader, type.BYTES_PER_ELEMENT)
  const bytes = reader.bytes.slice(reader.at, reader.at + count * type.BYTES_PER_ELEMENT)
  reader.at += bytes.length
  return new type(bytes.buffer)
}
