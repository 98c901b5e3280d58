import { MillraceError } from '../../engine/errors.ts'

/*
 * The protocol's 64-bit integers as numbers: offsets, times and lengths of a topic stay below 2^53, and bigints would
 * cost an object each. Big endian.
 */

/** Fails  Fault LOG_CORRUPT: beyond 2^53. */
export const readInt64 = (bytes: Buffer, at: number): number => {
  const value = bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
  if (!Number.isSafeInteger(value)) throw new MillraceError('LOG_CORRUPT', `${value} where an offset or a time stands`)
  return value
}

export const writeInt64 = (bytes: Buffer, value: number, at: number): number => {
  bytes.writeInt32BE(Math.floor(value / 2 ** 32), at)
  return bytes.writeUInt32BE(value >>> 0, at + 4)
}
