import type { Request } from './client.ts'
import type { Aborted } from './committed.ts'
import { readInt64, writeInt64 } from './int64.ts'
import { type Isolation, levels } from './offsets.ts'

/*
 * Fetch, version 11 (brokers from 2.3 on, and all of 4.x), without sessions. Strings and arrays begin
 * with their length: i16 and i32, -1 for null.
 *
 *   request   i32 replica (-1)  i32 wait, ms  i32 least bytes  i32 most bytes  i8 isolation  i32 session  i32 its epoch
 *             [topic [i32 partition  i32 leader epoch  i64 offset  i64 log start (-1)  i32 most bytes]]
 *             [forgotten topics]  rack
 *   response  i32 throttle, ms  i16 error  i32 session
 *             [topic [i32 partition  i16 error  i64 high watermark  i64 last stable offset  i64 log start
 *                     [i64 producer  i64 first offset]  i32 preferred replica  i32 length of batches  batches]]
 */
const VERSION = 11
/** Said where no session is wanted. */
const NO_SESSION_EPOCH = -1

export interface FetchOptions {
  /** How long the broker may wait for `minBytes`. */
  readonly waitMs: number
  readonly minBytes: number
  /** Of the answer; the first partition that has records gets one batch of any size. */
  readonly maxBytes: number
  /** Where this process stands; '' for anywhere. */
  readonly rack: string
  readonly isolation: Isolation
}

export interface Wanted {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly maxBytes: number
}

export interface Fetched {
  readonly topic: string
  readonly partition: number
  /** A code of the protocol; 0 when all is well. */
  readonly error: number
  /** Where committed records end: the last stable offset. */
  readonly end: number
  readonly aborted: readonly Aborted[]
  /** The broker that would rather be asked, or -1. */
  readonly replica: number
  /** Batches, the last of them perhaps cut. */
  readonly set: Buffer
}

export interface FetchAnswer {
  readonly throttleMs: number
  readonly error: number
  readonly partitions: readonly Fetched[]
}

/** Each partition at most once. */
export const fetchRequest = (wanted: readonly Wanted[], options: FetchOptions): Request<FetchAnswer> => ({
  name: 'Fetch',
  version: VERSION,
  body: encode(
    Map.groupBy(wanted, ({ topic }) => topic),
    options,
  ),
  decode,
})

const encode = (topics: ReadonlyMap<string, readonly Wanted[]>, options: FetchOptions): Buffer => {
  let size = 33 + sizeOfString(options.rack)
  for (const [topic, partitions] of topics) size += sizeOfString(topic) + 4 + 28 * partitions.length
  const body = Buffer.allocUnsafe(size)
  body.writeInt32BE(-1, 0)
  body.writeInt32BE(options.waitMs, 4)
  body.writeInt32BE(options.minBytes, 8)
  body.writeInt32BE(options.maxBytes, 12)
  body.writeInt8(levels[options.isolation], 16)
  body.writeInt32BE(0, 17)
  body.writeInt32BE(NO_SESSION_EPOCH, 21)
  let at = body.writeInt32BE(topics.size, 25)
  for (const [topic, partitions] of topics) {
    at = body.writeInt32BE(partitions.length, writeString(body, topic, at))
    for (const wanted of partitions) at = writeWanted(body, wanted, at)
  }
  writeString(body, options.rack, body.writeInt32BE(0, at))
  return body
}

const sizeOfString = (text: string): number => 2 + Buffer.byteLength(text)

const writeString = (body: Buffer, text: string, at: number): number => {
  const length = body.write(text, at + 2)
  return body.writeInt16BE(length, at) + length
}

const writeWanted = (body: Buffer, { partition, offset, maxBytes }: Wanted, at: number): number => {
  body.writeInt32BE(partition, at)
  body.writeInt32BE(-1, at + 4)
  writeInt64(body, offset, at + 8)
  writeInt64(body, -1, at + 16)
  return body.writeInt32BE(maxBytes, at + 24)
}

const decode = (body: Buffer): FetchAnswer => {
  const partitions: Fetched[] = []
  let at = 14
  for (let topics = body.readInt32BE(10); topics > 0; topics--) {
    const nameEnd = at + 2 + body.readInt16BE(at)
    const topic = body.toString('utf8', at + 2, nameEnd)
    at = nameEnd + 4
    for (let left = body.readInt32BE(nameEnd); left > 0; left--) {
      const abortedEnd = at + 34 + 16 * Math.max(0, body.readInt32BE(at + 30))
      const setStart = abortedEnd + 8
      const setEnd = setStart + Math.max(0, body.readInt32BE(abortedEnd + 4))
      partitions.push({
        topic,
        partition: body.readInt32BE(at),
        error: body.readInt16BE(at + 4),
        end: readInt64(body, at + 14),
        aborted: readAborted(body, at + 34, abortedEnd),
        replica: body.readInt32BE(abortedEnd),
        set: body.subarray(setStart, setEnd),
      })
      at = setEnd
    }
  }
  return { throttleMs: body.readInt32BE(0), error: body.readInt16BE(4), partitions }
}

const readAborted = (body: Buffer, start: number, end: number): readonly Aborted[] => {
  const aborted: Aborted[] = []
  for (let at = start; at < end; at += 16)
    aborted.push({ producerId: body.readBigInt64BE(at), firstOffset: readInt64(body, at + 8) })
  return aborted
}
