/*
 * Snappy, in the two forms that Kafka clients write: one raw block, or the blocks of xerial's stream (the Java client).
 *
 *   raw     varint of the length of all, then elements by the low two bits of their tag:
 *           00 literal          length - 1 in the tag's upper six bits; from 60 on in the 1 to 4 bytes that follow
 *           01 copy, 4 to 11    offset in the upper three bits and one byte
 *           10 copy, 1 to 64    offset in two bytes, little endian
 *           11 copy, 1 to 64    offset in four
 *   xerial  16 bytes that begin with its magic; then u32 length (big endian) and a raw block, again and again
 */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const XERIAL_HEADER = 16

/** Throws when the bytes are not of snappy, or stand for more than `limit`. */
export const snappyDecompress = (bytes: Buffer, limit: number): Buffer => {
  if (!bytes.subarray(0, XERIAL.length).equals(XERIAL)) return rawBlock(bytes, limit)
  const blocks: Buffer[] = []
  let left = limit
  for (let at = XERIAL_HEADER; at < bytes.length; ) {
    const start = at + 4
    at = start + bytes.readUInt32BE(at)
    if (at > bytes.length) throw new RangeError(`a block ends at byte ${at} of ${bytes.length}`)
    const block = rawBlock(bytes.subarray(start, at), left)
    blocks.push(block)
    left -= block.length
  }
  return blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks)
}

const rawBlock = (bytes: Buffer, limit: number): Buffer => {
  let [length, at] = uvarint(bytes)
  if (length > limit) throw new RangeError(`${length} bytes, ${limit} at most`)
  const out = Buffer.allocUnsafeSlow(length)
  let end = 0
  while (at < bytes.length) {
    const tag = bytes[at++]!
    if ((tag & 3) === 0) {
      const more = Math.max(0, (tag >> 2) - 59)
      const size = 1 + (more === 0 ? tag >> 2 : bytes.readUIntLE(at, more))
      at += more
      if (end + size > length || at + size > bytes.length) throw new RangeError(`a literal of ${size} at byte ${at}`)
      bytes.copy(out, end, at, at + size)
      at += size
      end += size
    } else {
      const wide = (tag & 3) === 3 ? 4 : tag & 3
      const size = wide === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2)
      const back = bytes.readUIntLE(at, wide) + (wide === 1 ? (tag >> 5) << 8 : 0)
      at += wide
      if (back === 0 || back > end || end + size > length) throw new RangeError(`a copy of ${size} at byte ${at}`)
      // It may reach into what it writes: that is how a run is told.
      if (back >= size) out.copyWithin(end, end - back, end - back + size)
      else for (let n = end; n < end + size; n++) out[n] = out[n - back]!
      end += size
    }
  }
  if (end !== length) throw new RangeError(`${end} bytes, ${length} announced`)
  return out
}

const uvarint = (bytes: Buffer): [value: number, end: number] => {
  let value = 0
  for (let at = 0; at < 5 && at < bytes.length; at++) {
    value += (bytes[at]! & 127) * 2 ** (7 * at)
    if (bytes[at]! < 128) return [value, at + 1]
  }
  throw new RangeError('no length')
}

/** One raw block. Matches are looked for with a table of the places where four bytes were last seen. */
export const snappyCompress = (bytes: Buffer): Buffer => {
  // Snappy's own bound for what does not compress.
  const out = Buffer.allocUnsafeSlow(32 + bytes.length + Math.ceil(bytes.length / 6))
  let at = writeUvarint(out, bytes.length)
  const seen = new Int32Array(1 << TABLE_BITS).fill(-WINDOW)
  let literal = 0
  for (let here = 0; here + 4 <= bytes.length; ) {
    const word = bytes.readInt32LE(here)
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - TABLE_BITS)
    const before = seen[slot]!
    seen[slot] = here
    if (here - before >= WINDOW || bytes.readInt32LE(before) !== word) {
      // The longer nothing repeats, the longer the steps.
      here += 1 + ((here - literal) >> 5)
      continue
    }
    let end = here + 4
    while (end < bytes.length && bytes[end] === bytes[end - here + before]) end++
    at = writeLiteral(out, bytes.subarray(literal, here), at)
    for (let size = end - here; size > 0; size -= 64) {
      out[at] = ((Math.min(size, 64) - 1) << 2) | 2
      at = out.writeUInt16LE(here - before, at + 1)
    }
    literal = here = end
  }
  return out.subarray(0, writeLiteral(out, bytes.subarray(literal), at))
}

const TABLE_BITS = 14
/** A copy in two bytes reaches this far. */
const WINDOW = 1 << 16

const writeUvarint = (out: Buffer, value: number): number => {
  let at = 0
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    out[at++] = rest < 128 ? rest : (rest & 127) | 128
    if (rest < 128) return at
  }
}

const writeLiteral = (out: Buffer, bytes: Buffer, at: number): number => {
  if (bytes.length === 0) return at
  const last = bytes.length - 1
  const more = last < 60 ? 0 : Math.ceil((32 - Math.clz32(last)) / 8)
  out[at++] = (more === 0 ? last : 59 + more) << 2
  if (more > 0) at = out.writeUIntLE(last, at, more)
  out.set(bytes, at)
  return at + bytes.length
}
