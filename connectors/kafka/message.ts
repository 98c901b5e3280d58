import { MillraceError, messageOf } from '../../engine/errors.ts'
import type { Block } from '../../engine/log/block.ts'
import { checkBlock } from '../../engine/log/check.ts'
import { encodeBlock } from '../../engine/log/codec.ts'
import type { PartitionReader } from './reader.ts'
import type { Header, NewRecord } from './record-batch.ts'

/*
 * A message of ours is a block. Its headers say in plain text what can be known without decoding it:
 *
 *   schema      id                           rows-total    rows of the partition up to here, as far as the writer
 *   rows        of the block                               knows: a partition has one writer at a time
 *   first-at    event time of the first      bytes-total   the same in bytes
 *   last-at     and of the last row, us      digest        CRC-32C of the block
 */

/** A block as bytes, and what its headers tell. */
export interface Encoded {
  readonly value: Uint8Array
  readonly schema: number
  readonly rows: number
  readonly firstAt: number
  readonly lastAt: number
}

/** What a partition holds up to some record. */
export interface Totals {
  readonly rows: number
  readonly bytes: number
}

export const NOTHING: Totals = { rows: 0, bytes: 0 }

/** The block is the caller's again when this returns. Fails: Defect LOG_SCHEMA. */
export const encoded = (block: Block): Encoded => {
  checkBlock(block)
  const { schema, count, at } = block
  const value = encodeBlock(block)
  return { value, schema: schema.id, rows: count, firstAt: at[0]!, lastAt: at[count - 1]! }
}

export const totalsBehind = ({ rows, bytes }: Totals, message: Encoded): Totals => ({
  rows: rows + message.rows,
  bytes: bytes + message.value.length,
})

/** Where the codec keeps the checksum of a block. */
const DIGEST_AT = 4

/** Kafka deletes by the time of the record, so that is the time of writing and never event time. */
export const recordOf = (message: Encoded, { rows, bytes }: Totals): NewRecord => {
  const { value, schema, firstAt, lastAt } = message
  const digest = Buffer.from(value.buffer, value.byteOffset, value.length).readUInt32LE(DIGEST_AT)
  const told: Readonly<Record<string, number | string>> = {
    schema,
    rows: message.rows,
    'first-at': firstAt,
    'last-at': lastAt,
    'rows-total': rows,
    'bytes-total': bytes,
    digest: digest.toString(16).padStart(8, '0'),
  }
  const headers = Object.entries(told).map(([name, text]): Header => [name, Buffer.from(String(text))])
  return { key: null, value, headers, timestamp: Date.now() }
}

/** What the headers of a message of ours say. */
export interface Told extends Totals {
  readonly offset: number
  /** What the partition held before it. */
  readonly before: Totals
  readonly firstAt: number
  readonly lastAt: number
}

/** Null when it is none of ours. */
const toldBy = (record: Visited): Told | null => {
  const texts = new Map(
    record.headers().map(([name, text]) => [name, text === null ? '' : Buffer.from(text).toString()]),
  )
  if (!texts.has('rows-total')) return null
  const numbered = (name: string): number => Number(texts.get(name))
  const [rows, bytes] = [numbered('rows-total'), numbered('bytes-total')]
  const before = { rows: rows - numbered('rows'), bytes: bytes - (record.value()?.length ?? 0) }
  return { rows, bytes, before, firstAt: numbered('first-at'), lastAt: numbered('last-at'), offset: record.offset }
}

/** The first record from an offset on. */
export const firstTold = async (
  reader: PartitionReader,
  topic: string,
  partition: number,
  range: { readonly from: number; readonly until: number },
): Promise<Told | null> => {
  for await (const records of reader.read(topic, partition, range.from, range.until))
    if (records.next()) return toldBy(records)
  return null
}

/** The last record of a partition: behind it may stand marks of transactions. */
export const lastTold = async (reader: PartitionReader, topic: string, partition: number): Promise<Told | null> => {
  let last: Told | null = null
  await backwards(reader, topic, partition, records => {
    last = toldBy(records)
    return true
  })
  return last
}

interface Visited {
  key(): Buffer | null
  value(): Buffer | null
  headers(): readonly Header[]
  readonly offset: number
}

/**
 * Visits the records at the end of a partition: the last few in their order, then, unless one of them was what was
 * looked for, more.
 */
export const backwards = async (
  reader: PartitionReader,
  topic: string,
  partition: number,
  visit: (record: Visited) => boolean,
): Promise<void> => {
  const { start, end } = await reader.bounds(topic, partition)
  let until = end
  for (let many = 4; until > start; many *= 4) {
    const from = Math.max(start, until - many)
    let found = false
    for await (const records of reader.read(topic, partition, from, until))
      while (records.next()) found = visit(records) || found
    if (found) return
    until = from
  }
}

/** An error that tells where the record stands. */
export const corruptAt = (topic: string, partition: number, offset: number, cause: unknown): MillraceError =>
  new MillraceError('LOG_CORRUPT', `${topic}/${partition}/${offset}: ${messageOf(cause)}`, { cause })
