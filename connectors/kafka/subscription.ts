/*
 * What members of a group tell each other through the broker, in the format that all consumers have, so that tools can
 * read it. Texts, bytes and arrays begin with their length: i16, i32, i32.
 *
 *   subscription  i16 version (2)  [topic]  user data  [topic [i32 partition]] owned  i32 generation
 *   assignment    i16 version (0)  [topic [i32 partition]]  user data: one byte, 1 when another round is to come
 */

/** What a member wants, and what it works on when it joins. */
export interface Subscription {
  readonly topics: readonly string[]
  /** Of each of the topics. */
  readonly owned: readonly number[]
  readonly generation: number
}

/** What a member is given. */
export interface Given {
  /** Of each of its topics. */
  readonly partitions: readonly number[]
  /** Partitions are on their way to another member: there is another round as soon as they are let go of. */
  readonly isMoreToCome: boolean
}

export const encodeSubscription = ({ topics, owned, generation }: Subscription): Buffer =>
  Buffer.concat([int16(2), array(topics.map(text)), int32(0), places(topics, owned), int32(generation)])

export const decodeSubscription = (bytes: Buffer): Subscription => {
  const walk = { bytes, at: 2 }
  const topics = each(walk, readText)
  walk.at += 4 + bytes.readInt32BE(walk.at)
  const owned = each(walk, readPlaces)[0] ?? []
  return { topics, owned, generation: bytes.readInt32BE(walk.at) }
}

export const encodeGiven = (topics: readonly string[], { partitions, isMoreToCome }: Given): Buffer =>
  Buffer.concat([int16(0), places(topics, partitions), int32(1), Buffer.of(isMoreToCome ? 1 : 0)])

/** A member that nothing was said to has nothing. */
export const decodeGiven = (bytes: Buffer): Given => {
  if (bytes.length === 0) return { partitions: [], isMoreToCome: false }
  const walk = { bytes, at: 2 }
  const partitions = each(walk, readPlaces)[0] ?? []
  return { partitions, isMoreToCome: bytes.readInt32BE(walk.at) === 1 && bytes[walk.at + 4] === 1 }
}

const int16 = (value: number): Buffer => Buffer.from([value >> 8, value])
const int32 = (value: number): Buffer => Buffer.from([value >> 24, value >> 16, value >> 8, value])
const text = (value: string): Buffer => Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
const array = (items: readonly Buffer[]): Buffer => Buffer.concat([int32(items.length), ...items])

const places = (topics: readonly string[], partitions: readonly number[]): Buffer =>
  array(topics.map(topic => Buffer.concat([text(topic), array(partitions.map(int32))])))

interface Walk {
  readonly bytes: Buffer
  at: number
}

const each = <T>(walk: Walk, read: (walk: Walk) => T): T[] => Array.from({ length: readInt32(walk) }, () => read(walk))

const readInt32 = (walk: Walk): number => {
  walk.at += 4
  return walk.bytes.readInt32BE(walk.at - 4)
}

const readText = (walk: Walk): string => {
  const start = walk.at + 2
  walk.at = start + walk.bytes.readInt16BE(walk.at)
  return walk.bytes.toString('utf8', start, walk.at)
}

/** The partitions of one topic: they are the same of all. */
const readPlaces = (walk: Walk): number[] => {
  readText(walk)
  return each(walk, readInt32)
}
