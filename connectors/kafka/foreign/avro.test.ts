import avsc, { type Schema } from 'avsc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberAt, textAt } from '../../file/decimal.ts'
import { newFields } from '../../file/scan.ts'
import { encodeBatch } from '../record-batch.ts'
import { recordsOf } from '../records.ts'
import { avroFinder } from './avro.ts'
import type { Decoder } from './decoder.ts'
import { planOf } from './plan.ts'

const schema: Schema = {
  type: 'record',
  name: 'Tick',
  fields: [
    { name: 'tags', type: { type: 'map', values: { type: 'array', items: ['null', 'string', 'long'] } } },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 3 } },
    {
      name: 'book',
      type: {
        type: 'record',
        name: 'Book',
        fields: [
          { name: 'bid', type: 'double' },
          { name: 'levels', type: { type: 'array', items: { type: 'array', items: 'float' } } },
          { name: 'ask', type: ['null', 'double'] },
          { name: 'spare', type: ['null', 'Hash', 'boolean'] },
        ],
      },
    },
    { name: 'venue', type: { type: 'enum', name: 'Venue', symbols: ['LSE', 'NYSE'] } },
    { name: 'symbol', type: 'string' },
    { name: 'size', type: ['null', 'float', 'string'] },
    { name: 'raw', type: 'bytes' },
    { name: 'next', type: ['null', 'Tick'], default: null },
  ],
}
const type = avsc.Type.forSchema(schema)

const decoder: Decoder = {
  format: 'avro',
  fields: { at: 'at', key: 'symbol', bid: 'book.bid', ask: 'book.ask', bidSize: 'size', askSize: 'raw' },
  unit: 'us',
}

const framed = (id: number, body: Uint8Array): Buffer => {
  const head = Buffer.alloc(5)
  head.writeInt32BE(id, 1)
  return Buffer.concat([head, body])
}

const finder = (text: string | null, of: Decoder = decoder) => {
  const plan = planOf(of)
  const fields = newFields()
  const avro = avroFinder(plan, fields)
  avro.learn(7, text)
  /** [at, symbol, bid, ask, size, raw], from the middle of other bytes. */
  const found = (value: Buffer): unknown => {
    const bytes = avro.find(Buffer.concat([Buffer.alloc(3, 2), value, Buffer.alloc(9, 2)]), 3, 3 + value.length)
    if (bytes === null) return null
    return plan.leaves.map(({ reads }, slot) => {
      if (fields.starts[slot] === fields.ends[slot]) return null
      return reads === 'text' ? textAt(bytes, fields, slot) : numberAt(bytes, fields, slot)
    })
  }
  return { avro, found }
}

const { found } = finder(JSON.stringify(schema))

const hash = fc.uint8Array({ minLength: 3, maxLength: 3 }).map(bytes => Buffer.from(bytes))
const tick = fc.record({
  tags: fc.dictionary(fc.string(), fc.array(fc.oneof(fc.constant(null), fc.string(), fc.integer()), { maxLength: 3 })),
  // What avsc writes without loss.
  at: fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
  hash,
  book: fc.record({
    bid: fc.double(),
    levels: fc.array(fc.array(fc.float(), { maxLength: 3 }), { maxLength: 3 }),
    ask: fc.option(fc.double()),
    spare: fc.oneof(fc.constant(null), hash, fc.boolean()),
  }),
  venue: fc.constantFrom('LSE', 'NYSE'),
  symbol: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  size: fc.oneof(fc.constant(null), fc.float(), fc.constantFrom('1.5', '007')),
  raw: fc.uint8Array().map(bytes => Buffer.from(bytes)),
})

const finite = (value: number | null): number | null => (value === null || Number.isFinite(value) ? value : Number.NaN)

describe('Avro', () => {
  it('gives what avsc gives, and makes nothing of the rest', () => {
    fc.assert(
      fc.property(tick, fc.boolean(), (one, isLinked) => {
        const value = { ...one, next: isLinked ? { ...one, next: null } : null }
        const size = typeof one.size === 'number' ? finite(Math.fround(one.size)) : one.size && Number(one.size)
        expect(found(framed(7, type.toBuffer(value)))).toEqual([
          ...[one.at, one.symbol, finite(one.book.bid), finite(one.book.ask), size, Number.NaN],
        ])
      }),
      { numRuns: 1_000, seed: 4 },
    )
  })

  it('ends with the record, wherever it is cut or damaged', () => {
    const [one] = fc.sample(tick, { numRuns: 1, seed: 11 })
    const whole = framed(7, type.toBuffer({ ...one, next: { ...one, next: null } }))
    expect(found(whole)).not.toBeNull()
    for (let end = 0; end < whole.length; end++) expect(found(whole.subarray(0, end))).toBeNull()
    expect(found(Buffer.concat([whole, Buffer.of(0)]))).toBeNull()
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(damage, changes => {
        const bytes = Buffer.from(whole)
        for (const [at, byte] of changes) bytes[at] = byte
        expect(() => found(bytes)).not.toThrow()
      }),
      { numRuns: 2_000, seed: 4 },
    )
    const garbage = fc.uint8Array({ maxLength: 60 })
    fc.assert(
      fc.property(garbage, bytes => {
        expect(() => found(framed(7, bytes))).not.toThrow()
      }),
      { numRuns: 2_000, seed: 4 },
    )
  })

  it('does not follow lengths that are not there, nor a record into itself', () => {
    const list = { type: 'record', name: 'L', fields: [{ name: 'n', type: { type: 'array', items: 'null' } }] }
    const nulls = finder(JSON.stringify({ ...list, fields: [...list.fields, { name: 'symbol', type: 'string' }] }))
    const huge = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f]
    expect(nulls.found(framed(7, Buffer.of(...huge, 0, 4, 65, 66)))).toMatchObject([null, 'AB', null, null, null, null])
    expect(found(framed(7, Buffer.of(...huge)))).toBeNull()
    const self = { type: 'record', name: 'S', fields: [{ name: 'next', type: ['null', 'S'] }] }
    const deep = finder(JSON.stringify(self))
    expect(deep.found(framed(7, Buffer.alloc(500_000, 2)))).toBeNull()
    expect(deep.found(framed(7, Buffer.of(2, 2, 0)))).toEqual([null, null, null, null, null, null])
  })

  it('keeps 64-bit integers whole, and texts of enums', () => {
    const fields = ['a', 'b', 'c', 'd'].map(name => ({ name, type: 'long' }))
    const venue = { name: 'venue', type: { type: 'enum', name: 'V', symbols: ['LSE', 'NYSE'] } }
    const text = JSON.stringify({ type: 'record', name: 'N', fields: [...fields, venue] })
    const paths = { at: 'a', key: 'venue', bid: 'b', ask: 'c' }
    const { found } = finder(text, { format: 'avro', fields: paths, unit: 'ns' })
    const long = (value: bigint): number[] => {
      const bytes: number[] = []
      let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
      for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
      return [...bytes, Number(rest)]
    }
    const values = [1_690_000_000_123_456_789n, -(2n ** 63n), 2n ** 63n - 1n, -1n]
    const body = Buffer.of(...values.flatMap(long), 2)
    expect(found(framed(7, body))).toEqual(['1690000000123456789', 'NYSE', -(2 ** 63), 2 ** 63])
    expect(found(framed(7, Buffer.of(...values.flatMap(long), 4)))).toBeNull()
  })

  it('tells which schema it must learn, and which it cannot read', () => {
    const { avro } = finder(null)
    const unknown = (value: Buffer): readonly [number, boolean] => {
      const records = recordsOf(encodeBatch({ records: [{ key: null, value, timestamp: 0 }] }), { partition: 't/0' })
      records.next()
      return [avro.unknown(records), avro.knows(records)]
    }
    expect(unknown(framed(8, Buffer.of()))).toEqual([8, true])
    expect(unknown(framed(7, Buffer.of()))).toEqual([-1, false])
    for (const value of [Buffer.of(), Buffer.of(0, 0, 0, 0), Buffer.of(1, 0, 0, 0, 9), framed(-5, Buffer.of())])
      expect(unknown(value)).toEqual([-1, true])
    for (const text of ['{', '{"type":"unknown"}', 'syntax = "proto3";']) {
      avro.learn(8, text)
      expect(unknown(framed(8, Buffer.of()))).toEqual([-1, false])
    }
  })
})
