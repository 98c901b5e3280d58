import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checksum } from '../../engine/log/crc.ts'
import { batchAt, encodeBatch, type NewRecord, offsetBehind } from './record-batch.ts'
import { type Records, recordsOf } from './records.ts'

const partition = 'ticks/3'
const at = 1_400_000_000_000

/** As Kafka stores it: the broker writes the base offset, which the checksum leaves out. */
const stored = (batch: Buffer, baseOffset: number): Buffer => {
  const copy = Buffer.from(batch)
  copy.writeBigInt64BE(BigInt(baseOffset), 0)
  return copy
}

/** As the cleaner leaves it, so that the producer's last sequence number and the offsets are not lost. */
const empty = (baseOffset: number, span: number, attributes: number): Buffer => {
  const header = stored(encodeBatch({ records: [{ key: null, value: null, timestamp: at }] }), baseOffset).subarray(
    0,
    61,
  )
  header.writeInt32BE(header.length - 12, 8)
  header.writeInt16BE(attributes, 21)
  header.writeInt32BE(span - 1, 23)
  header.writeInt32BE(0, 57)
  header.writeUInt32BE(checksum(header.subarray(21)), 17)
  return header
}

const walked = (records: Records): object[] => {
  const all: object[] = []
  while (records.next())
    all.push({
      offset: records.offset,
      key: records.key(),
      value: records.value(),
      headers: records.headers(),
      timestamp: records.timestamp,
    })
  return all
}

const bytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array))
const header = fc.tuple(fc.string({ unit: 'binary' }), fc.option(bytes))
const record: fc.Arbitrary<NewRecord> = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.array(header, { maxLength: 3 }),
  timestamp: fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
})

describe('a batch of records', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 40 }),
        fc.constantFrom('none', 'gzip', 'snappy', 'lz4', 'zstd'),
        fc.integer({ min: 0, max: 2 ** 50 }),
        (records, compression, base) => {
          const set = stored(encodeBatch({ records, compression }), base)
          const expected = records.map((record, index) => ({ offset: base + index, ...record }))
          expect(walked(recordsOf(set, { partition }))).toEqual(expected)
        },
      ),
      { seed: 4, numRuns: 200 },
    )
  })

  it('has the bytes of the format', () => {
    const batch = encodeBatch({
      records: [{ key: Buffer.from('k'), value: Buffer.from('v'), timestamp: at }],
      producer: { id: 7n, epoch: 2, sequence: 9 },
      transactional: true,
    })
    const record = '10' + '00' + '00' + '00' + '026b' + '0276' + '00'
    expect(batch.toString('hex', 61)).toBe(record)
    expect(batch.readInt32BE(8)).toBe(batch.length - 12)
    expect(batch.toString('hex', 12, 17)).toBe('ffffffff02')
    expect(batch.toString('hex', 21, 27)).toBe('001000000000')
    expect([batch.readBigInt64BE(27), batch.readBigInt64BE(35)]).toEqual([BigInt(at), BigInt(at)])
    expect(batch.toString('hex', 43, 61)).toBe('0000000000000007' + '0002' + '00000009' + '00000001')
  })

  it('is walked from one offset to another, over batches, and what is cut at the end is not there', () => {
    const value = (text: string): NewRecord => ({ key: null, value: Buffer.from(text), timestamp: at })
    const first = stored(encodeBatch({ records: ['a', 'b', 'c'].map(value) }), 10)
    const second = stored(encodeBatch({ records: ['d', 'e'].map(value) }), 20)
    const set = Buffer.concat([first, second, second.subarray(0, 70)])
    const offsets = (range: object): number[] =>
      walked(recordsOf(set, { partition, ...range })).map(record => (record as { offset: number }).offset)
    expect(offsets({})).toEqual([10, 11, 12, 20, 21])
    expect(offsets({ from: 12, until: 21 })).toEqual([12, 20])
    expect(offsets({ from: 13, until: 20 })).toEqual([])
    expect(offsetBehind(set, 10)).toBe(22)
    expect(offsetBehind(second.subarray(0, 70), 20)).toBe(20)
    expect(batchAt(set, 0, partition)).toMatchObject({ baseOffset: 10, lastOffset: 12, count: 3, control: false })
  })

  it('of which compaction has left the header only holds its place', () => {
    const value = (text: string): NewRecord => ({ key: null, value: Buffer.from(text), timestamp: at })
    const last = stored(encodeBatch({ records: [value('d')] }), 20)
    for (const attributes of [0, 16, 48]) {
      const set = Buffer.concat([empty(10, 3, attributes), last, empty(25, 1, attributes)])
      expect(walked(recordsOf(set, { partition }))).toMatchObject([{ offset: 20 }])
      expect(offsetBehind(set, 10)).toBe(26)
    }
  })

  it('is refused when one bit of it is another', () => {
    const records = [{ key: null, value: Buffer.from('1.0721'), timestamp: at }]
    const set = stored(encodeBatch({ records }), 41)
    for (let bit = 17 * 8; bit < set.length * 8; bit++) {
      const broken = Buffer.from(set)
      broken[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => walked(recordsOf(broken, { partition }))).toThrow(
        expect.objectContaining({ code: 'LOG_CORRUPT', message: expect.stringContaining('ticks/3/41: the checksum') }),
      )
    }
  })

  it.each([
    ['a record that is longer than the batch', 61, 0x7e],
    ['a value that is longer than its record', 67, 0x7e],
    ['a batch of an old format', 16, 1],
  ])('is refused as %s, with its place', (_what, place, value) => {
    const records = [{ key: Buffer.from('k'), value: Buffer.from('v'), timestamp: at }]
    const set = stored(encodeBatch({ records }), 41)
    set[place] = value
    set.writeUInt32BE(checksum(set.subarray(21)), 17)
    expect(() => walked(recordsOf(set, { partition }))).toThrow(
      expect.objectContaining({ code: 'LOG_CORRUPT', message: expect.stringContaining('ticks/3/41: ') }),
    )
  })
  it('whose bytes make no sense is refused, or read for what it says, and nothing else happens', () => {
    const whole = encodeBatch({
      records: [0, 1, 2].map(n => ({
        key: Buffer.from('k'),
        value: Buffer.from(`v${n}`),
        timestamp: at,
        headers: [['h', null]] as const,
      })),
    })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 21, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        changes => {
          const set = Buffer.from(whole)
          for (const [place, value] of changes) set[place] = value
          set.writeUInt32BE(checksum(set.subarray(21)), 17)
          try {
            expect(walked(recordsOf(set, { partition })).length).toBeLessThan(100)
          } catch (error) {
            expect(['LOG_CORRUPT', 'LOG_CODEC']).toContain((error as { code?: unknown }).code)
          }
        },
      ),
      { seed: 5, numRuns: 3_000 },
    )
  })
})
