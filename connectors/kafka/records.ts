import { MillraceError } from '../../engine/errors.ts'
import { decompress } from './compression.ts'
import { type Batch, batchAt, HEADER, type Header } from './record-batch.ts'

export interface RecordsOptions {
  /** 'topic/partition', for errors. */
  readonly partition: string
  /** Records before this offset are passed over. */
  readonly from?: number
  /** Ends before this offset. */
  readonly until?: number
  /** Batches to be left out; asked for each, in order. Marks are never records. */
  readonly admits?: (batch: Batch, mark: Mark | null) => boolean
}

/** How a transaction ended. */
export type Mark = 'abort' | 'commit' | 'other'

/**
 * The records of a set of batches, walked one at a time. `next` steps to the first record and on, and says whether
 * there is one; everything else is about the record it stands on. Nothing is copied and, apart from `key`, `value` and
 * `headers`, nothing is made: a topic may have a record for each tick.
 *
 * Fails  Fault LOG_CORRUPT: the bytes are not those that the broker took. Fault LOG_CODEC.
 */
export interface Records {
  next(): boolean
  readonly offset: number
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  /** Where key and value stand: bytes `keyStart` to `keyEnd`; the end is before the start when there is none. */
  readonly bytes: Buffer
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueStart: number
  readonly valueEnd: number
  /** A view of the bytes. */
  key(): Buffer | null
  value(): Buffer | null
  headers(): readonly Header[]
}

/** Walks the batches of a set as a fetch brings it; it may end in the midst of a batch. */
export const recordsOf = (set: Buffer, options: RecordsOptions): Records => {
  const { partition, from = 0, until = Number.POSITIVE_INFINITY, admits = () => true } = options
  /** Where the next batch begins. */
  let behind = 0
  let batch: Batch | null = null
  let left = 0
  const nextBatch = (): boolean => {
    while (true) {
      batch = batchAt(set, behind, partition)
      if (batch === null || batch.baseOffset >= until) return false
      behind = batch.end
      const mark = batch.control ? markOf(set, batch, partition) : null
      if (!admits(batch, mark) || mark !== null || batch.lastOffset < from || batch.count === 0) continue
      walk.bytes = bytesOf(set, batch, partition)
      walk.recordEnd = 0
      left = batch.count
      return true
    }
  }
  const walk: Walk & Records = {
    ...before(set),
    next() {
      while (left > 0 || nextBatch()) {
        left -= 1
        step(walk, batch!, partition)
        if (walk.offset >= until) return false
        if (walk.offset >= from) return true
      }
      return false
    },
    key: () => view(walk, walk.keyStart, walk.keyEnd),
    value: () => view(walk, walk.valueStart, walk.valueEnd),
    headers: () => headersOf(walk),
  }
  return walk
}

/** What walks over the records of a batch. */
interface Walk {
  bytes: Buffer
  offset: number
  timestamp: number
  keyStart: number
  keyEnd: number
  valueStart: number
  valueEnd: number
  /** Where the next number is read. */
  at: number
  recordEnd: number
}

const before = (bytes: Buffer): Walk => ({
  bytes,
  offset: -1,
  timestamp: 0,
  keyStart: 0,
  keyEnd: -1,
  valueStart: 0,
  valueEnd: -1,
  at: 0,
  recordEnd: 0,
})

const bytesOf = (set: Buffer, { start, end, codec, baseOffset }: Batch, partition: string): Buffer =>
  decompress(codec, set.subarray(start + HEADER, end), `${partition}/${baseOffset}`)

const step = (walk: Walk, batch: Batch, partition: string): void => {
  const { bytes, recordEnd } = walk
  walk.at = recordEnd
  const length = varint(walk)
  walk.recordEnd = walk.at + length
  walk.at += 1
  const sinceBase = varint(walk)
  walk.timestamp = batch.brokerTimestamp ?? batch.baseTimestamp + sinceBase
  walk.offset = batch.baseOffset + varint(walk)
  const keyLength = varint(walk)
  walk.keyStart = walk.at
  walk.keyEnd = walk.at + keyLength
  if (keyLength > 0) walk.at += keyLength
  const valueLength = varint(walk)
  walk.valueStart = walk.at
  walk.valueEnd = walk.at + valueLength
  if (valueLength > 0) walk.at += valueLength
  if (!(walk.at < walk.recordEnd && walk.recordEnd <= bytes.length))
    throw new MillraceError(
      'LOG_CORRUPT',
      `${partition}/${batch.baseOffset}: the record at byte ${recordEnd} of ${bytes.length} does not fit its length`,
    )
}

/** A zigzag varint: mostly one byte, often two, at most ten. */
const varint = (walk: Walk): number => {
  const { bytes } = walk
  const first = bytes[walk.at++]!
  if (first < 128) return (first >>> 1) ^ -(first & 1)
  const second = bytes[walk.at++]!
  let value = (first & 127) | ((second & 127) << 7)
  if (second < 128) return (value >>> 1) ^ -(value & 1)
  for (let scale = 2 ** 14, more = true; more; scale *= 128) {
    const next = bytes[walk.at++] ?? 0
    value += (next & 127) * scale
    more = next >= 128
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}

const view = ({ bytes }: Walk, start: number, end: number): Buffer | null =>
  end < start ? null : bytes.subarray(start, end)

const headersOf = (walk: Walk): readonly Header[] => {
  walk.at = Math.max(walk.valueStart, walk.valueEnd)
  const headers: Header[] = []
  for (let left = varint(walk); left > 0 && walk.at < walk.recordEnd; left--)
    headers.push([piece(walk)?.toString() ?? '', piece(walk)])
  return headers
}

const piece = (walk: Walk): Buffer | null => {
  const length = varint(walk)
  const start = walk.at
  if (length > 0) walk.at += length
  return view(walk, start, start + length)
}

/** The key of a mark: i16 version, i16 type. Compaction may have taken it out. */
const markOf = (set: Buffer, batch: Batch, partition: string): Mark => {
  if (batch.count === 0) return 'other'
  const walk = before(bytesOf(set, batch, partition))
  step(walk, batch, partition)
  const type = walk.keyEnd - walk.keyStart < 4 ? -1 : walk.bytes.readInt16BE(walk.keyStart + 2)
  return type === 0 ? 'abort' : type === 1 ? 'commit' : 'other'
}
