import { describe, expect, it } from 'vitest'
import { checksum } from '../../engine/log/crc.ts'
import { type Aborted, committedOnly } from './committed.ts'
import { encodeBatch, type NewRecord } from './record-batch.ts'
import { recordsOf } from './records.ts'

/** A batch as the broker stores it, at its offset. */
type Stored = (offset: number) => Buffer

const batch = (producer: number | null, records: readonly NewRecord[], mark: boolean): Stored => {
  const id = { id: BigInt(producer ?? -1), epoch: 0, sequence: mark ? -1 : 0 }
  const bytes = encodeBatch({ records, producer: id, transactional: producer !== null })
  if (mark) bytes[22]! |= 32
  bytes.writeUInt32BE(checksum(bytes.subarray(21)), 17)
  return offset => {
    bytes.writeBigInt64BE(BigInt(offset), 0)
    return bytes
  }
}
const textRecord = (value: string, key: Buffer | null = null): NewRecord => ({
  key,
  value: Buffer.from(value),
  timestamp: 0,
})
const data = (producer: number | null, ...values: string[]): Stored =>
  batch(
    producer,
    values.map(value => textRecord(value)),
    false,
  )
const mark = (producer: number, type: number): Stored =>
  batch(producer, [textRecord('', Buffer.from([0, 0, 0, type]))], true)
const abort = (producer: number): Stored => mark(producer, 0)
const commit = (producer: number): Stored => mark(producer, 1)
/** A record whose key looks like a mark of abort. */
const lookalike = (producer: number, value: string): Stored =>
  batch(producer, [textRecord(value, Buffer.alloc(4))], false)

/** One batch takes two offsets, so that batch n of a vector begins at 2n: what is cut off is as in a longer log. */
const values = (batches: readonly Stored[], aborted: readonly Aborted[], cut: { from?: number; to?: number } = {}) => {
  const { from = 0, to = batches.length } = cut
  const set = Buffer.concat(batches.slice(from, to).map((stored, index) => stored(2 * (from + index))))
  const records = recordsOf(set, { partition: 'ticks/0', from: 2 * from, admits: committedOnly(aborted) })
  const found: string[] = []
  while (records.next()) found.push(records.value()!.toString())
  return found
}
/** Of the producer, whose first batch is batch n of the vector. */
const abortedAt = (producer: number, n: number): Aborted => ({ producerId: BigInt(producer), firstOffset: 2 * n })

describe('of a fetched set, only what was committed is read', () => {
  it('one transaction that was aborted, and a record behind it', () => {
    expect(values([data(1, 'a1'), abort(1), data(null, 'c1')], [abortedAt(1, 0)])).toEqual(['c1'])
  })

  it('A: a short aborted transaction inside a long one, listed in the order of their ends', () => {
    const set = [data(1, 'a1'), data(2, 'b1'), abort(2), data(1, 'a2'), abort(1)]
    expect(values(set, [abortedAt(2, 1), abortedAt(1, 0)])).toEqual([])
  })

  it('B: the fetch begins inside two transactions that are aborted later', () => {
    const set = [data(1, 'a1'), data(2, 'b1'), data(1, 'a2'), data(2, 'b2'), abort(1), data(2, 'b3'), abort(2)]
    expect(values(set, [abortedAt(1, 0), abortedAt(2, 1)], { from: 2 })).toEqual([])
  })

  it('C: the key of a record looks like a mark', () => {
    const set = [data(1, 'a1'), lookalike(1, 'a2'), data(1, 'a3'), abort(1)]
    expect(values(set, [abortedAt(1, 0)])).toEqual([])
  })

  it('D: one producer aborts twice', () => {
    const set = [data(1, 'a1'), abort(1), data(1, 'a2'), abort(1), data(null, 'c1')]
    expect(values(set, [abortedAt(1, 0), abortedAt(1, 2)])).toEqual(['c1'])
  })

  it('E: the mark comes with a later fetch', () => {
    const set = [data(1, 'a1'), data(1, 'a2'), data(1, 'a3'), abort(1), data(1, 'c1'), commit(1)]
    expect(values(set, [abortedAt(1, 0)], { to: 2 })).toEqual([])
    expect(values(set, [abortedAt(1, 0)], { from: 2 })).toEqual(['c1'])
  })

  it('F: abort, commit, abort by one producer', () => {
    const set = [data(1, 'a1'), abort(1), data(1, 'c1'), commit(1), data(1, 'a2'), abort(1)]
    expect(values(set, [abortedAt(1, 0), abortedAt(1, 4)])).toEqual(['c1'])
  })

  it('G: the first batch is the mark of a transaction that is not listed', () => {
    expect(values([data(1, 'a1'), abort(1), data(1, 'c1'), commit(1)], [], { from: 1 })).toEqual(['c1'])
    const set = [data(1, 'a1'), abort(1), data(1, 'c1'), commit(1), data(2, 'b1'), abort(2)]
    expect(values(set, [abortedAt(2, 4)], { from: 1 })).toEqual(['c1'])
  })

  it('leaves alone what the producer wrote outside of transactions, and transactions of others', () => {
    const set = [data(1, 'a1'), data(null, 'c1'), data(2, 'c2'), commit(2), abort(1)]
    expect(values(set, [abortedAt(1, 0)])).toEqual(['c1', 'c2'])
  })
})
