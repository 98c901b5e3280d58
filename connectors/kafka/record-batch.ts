import { MillraceError } from '../../engine/errors.ts'
import { checksum } from '../../engine/log/crc.ts'
import { type Codec, codecOf, compress } from './compression.ts'
import { readInt64, writeInt64 } from './int64.ts'

/*
 * A batch of records as Kafka stores it and sends it, magic 2. Numbers are big endian.
 *
 *    0  i64  base offset              23  i32  last offset, from the base
 *    8  i32  length from 12 on        27  i64  base timestamp, ms
 *   12  i32  leader epoch             35  i64  greatest timestamp, ms
 *   16  i8   magic, 2                 43  i64  producer id, or -1
 *   17  u32  CRC-32C from 21 on       51  i16  producer epoch
 *   21  i16  attributes               53  i32  sequence of the first record
 *                                     57  i32  number of records
 *                                     61  the records, compressed or not
 *
 *   attributes  bits 0-2 codec, bit 3 the broker stamped it, bit 4 of a transaction, bit 5 control
 *   record      length, i8 attributes, timestamp and offset from the base, key, value, headers: zigzag varints,
 *               and -1 is the length of what is null
 */
export const HEADER = 61
const LENGTH_FROM = 12
const MAGIC = 2
const CODEC = 7
const BROKER_TIME = 8
const TRANSACTIONAL = 16
const CONTROL = 32

export type Header = readonly [name: string, value: Uint8Array | null]

export interface NewRecord {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly Header[]
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

export interface NewBatch {
  /** At least one. */
  readonly records: readonly NewRecord[]
  /** Default: no producer, so nothing tells a repeat from a new batch. */
  readonly producer?: { readonly id: bigint; readonly epoch: number; readonly sequence: number }
  readonly transactional?: boolean
  readonly compression?: Codec
}

/** The broker takes batches, and requests, of a limited size. */
const BATCH_BYTES = 900_000

/** Records in batches that the broker takes. */
export const batchesOf = (records: readonly NewRecord[]): readonly (readonly NewRecord[])[] => {
  const batches: NewRecord[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const record of records) {
    const size = bytesOf(record)
    if (bytes + size > BATCH_BYTES) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)!.push(record)
    bytes += size
  }
  return batches
}

/** The batch as the broker takes it, in memory of its own. */
export const encodeBatch = ({ records, producer, transactional = false, compression = 'none' }: NewBatch): Buffer => {
  const base = records[0]!.timestamp
  const body = encodeRecords(records, base)
  const packed = compress(compression, body)
  const batch = Buffer.allocUnsafeSlow(HEADER + packed.length)
  batch.writeBigInt64BE(0n, 0)
  batch.writeInt32BE(batch.length - LENGTH_FROM, 8)
  batch.writeInt32BE(-1, 12)
  batch.writeInt8(MAGIC, 16)
  batch.writeInt16BE(codecOf(compression) | (transactional ? TRANSACTIONAL : 0), 21)
  batch.writeInt32BE(records.length - 1, 23)
  writeInt64(batch, base, 27)
  writeInt64(batch, latest(records), 35)
  batch.writeBigInt64BE(producer?.id ?? -1n, 43)
  batch.writeInt16BE(producer?.epoch ?? -1, 51)
  batch.writeInt32BE(producer?.sequence ?? -1, 53)
  batch.writeInt32BE(records.length, 57)
  batch.set(packed, HEADER)
  batch.writeUInt32BE(checksum(batch.subarray(21)), 17)
  return batch
}

const latest = (records: readonly NewRecord[]): number =>
  records.reduce((latest, { timestamp }) => Math.max(latest, timestamp), records[0]!.timestamp)

/** What a record takes of a batch, as far as that does not depend on its place there. */
const bytesOf = (record: NewRecord): number => sizeOfRecord(record, 0, 0)

const encodeRecords = (records: readonly NewRecord[], base: number): Buffer => {
  const sizes = records.map((record, index) => sizeOfRecord(record, record.timestamp - base, index))
  const body = Buffer.allocUnsafeSlow(sizes.reduce((sum, size) => sum + sizeOfVarint(size) + size, 0))
  let at = 0
  for (const [index, { key, value, headers = [], timestamp }] of records.entries()) {
    at = writeVarint(body, sizes[index]!, at)
    body[at++] = 0
    at = writeVarint(body, timestamp - base, at)
    at = writeVarint(body, index, at)
    at = writeBytes(body, key, at)
    at = writeBytes(body, value, at)
    at = writeVarint(body, headers.length, at)
    for (const [name, bytes] of headers) at = writeBytes(body, bytes, writeBytes(body, Buffer.from(name), at))
  }
  return body
}

const sizeOfRecord = ({ key, value, headers = [] }: NewRecord, sinceBase: number, index: number): number => {
  let size = 1 + sizeOfVarint(sinceBase) + sizeOfVarint(index) + sizeOfBytes(key?.length) + sizeOfBytes(value?.length)
  size += sizeOfVarint(headers.length)
  for (const [name, bytes] of headers) size += sizeOfBytes(Buffer.byteLength(name)) + sizeOfBytes(bytes?.length)
  return size
}

const sizeOfBytes = (length: number | undefined): number => (length === undefined ? 1 : sizeOfVarint(length) + length)

const sizeOfVarint = (value: number): number => {
  let size = 1
  for (let rest = zigzag(value); rest >= 128; rest = Math.floor(rest / 128)) size += 1
  return size
}

const writeVarint = (bytes: Buffer, value: number, at: number): number => {
  let rest = zigzag(value)
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[at++] = (rest & 127) | 128
  bytes[at++] = rest
  return at
}

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value)

const writeBytes = (bytes: Buffer, value: Uint8Array | null, at: number): number => {
  if (value === null) return writeVarint(bytes, -1, at)
  const start = writeVarint(bytes, value.length, at)
  bytes.set(value, start)
  return start + value.length
}

/** A batch in a set of batches, by what stands in front of its records. */
export interface Batch {
  /** Where it begins in the set, and where the next one does. */
  readonly start: number
  readonly end: number
  readonly baseOffset: number
  /** Of its last record when it was written; compaction may have taken that record out. */
  readonly lastOffset: number
  readonly baseTimestamp: number
  /** The broker's time, which all its records have; null when they have their own. */
  readonly brokerTimestamp: number | null
  /** Of a transaction; -1 outside of one, where nobody asks. */
  readonly producerId: bigint
  readonly codec: number
  readonly transactional: boolean
  /** Its one record is a mark: where a transaction ended, and how. */
  readonly control: boolean
  /** 0 where compaction has left the header only: it holds the last offset, and its producer's sequence number. */
  readonly count: number
}

/**
 * The batch that begins at `start`; null where the set ends before the batch does: the broker cuts sets to size.
 *
 * Fails  Fault LOG_CORRUPT: the bytes are not those that the broker took.
 */
export const batchAt = (set: Buffer, start: number, partition: string): Batch | null => {
  const end = endOfBatch(set, start)
  if (end === 0) return null
  check(set, start, end, partition)
  const attributes = set.readInt16BE(start + 21)
  const transactional = (attributes & TRANSACTIONAL) !== 0
  const baseOffset = readInt64(set, start)
  return {
    start,
    end,
    baseOffset,
    lastOffset: baseOffset + set.readInt32BE(start + 23),
    baseTimestamp: readInt64(set, start + 27),
    brokerTimestamp: attributes & BROKER_TIME ? readInt64(set, start + 35) : null,
    producerId: transactional ? set.readBigInt64BE(start + 43) : -1n,
    codec: attributes & CODEC,
    transactional,
    control: (attributes & CONTROL) !== 0,
    count: set.readInt32BE(start + 57),
  }
}

const check = (set: Buffer, start: number, end: number, partition: string): void => {
  const corrupt = (what: string): MillraceError =>
    new MillraceError('LOG_CORRUPT', `${partition}/${readInt64(set, start)}: ${what}`)
  if (end - start < HEADER) throw corrupt(`a batch of ${end - start} bytes, shorter than its header`)
  if (set[start + 16] !== MAGIC) throw corrupt(`a batch in format ${set[start + 16]}, ${MAGIC} expected`)
  const [found, written] = [checksum(set.subarray(start + 21, end)), set.readUInt32BE(start + 17)]
  if (found !== written) throw corrupt(`the checksum of the batch is ${hex(found)}, it says ${hex(written)}`)
}

const hex = (value: number): string => value.toString(16).padStart(8, '0')

/**
 * The offset behind the last whole batch of a set, or `from` when there is none. One that makes no sense moves it on,
 * too: who reads the set says what is wrong.
 */
export const offsetBehind = (set: Buffer, from: number): number => {
  let behind = from
  for (let start = 0, end = endOfBatch(set, 0); end > 0; start = end, end = endOfBatch(set, start)) {
    const isWhole = end >= start + HEADER
    behind = Math.max(behind, from + 1, isWhole ? readInt64(set, start) + set.readInt32BE(start + 23) + 1 : 0)
  }
  return behind
}

/** Where the batch ends that begins at `start`; 0 when the set ends before it. */
const endOfBatch = (set: Buffer, start: number): number => {
  if (start + LENGTH_FROM > set.length) return 0
  const end = start + LENGTH_FROM + Math.max(0, set.readInt32BE(start + 8))
  return end > set.length ? 0 : end
}
