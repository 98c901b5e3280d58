import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isMillraceError } from '../errors.ts'
import type { Schema } from '../market/topic.ts'
import { fills, quotes } from '../market/topics.ts'
import { quoteBlock } from '../testing/log/rows.ts'
import { BLOCK_ROWS, type Block } from './block.ts'
import { blockBuilder, blockOf, type OpenBlock, rowOf } from './build.ts'
import { decodeBlock, encodeBlock, type UsedBlocks } from './codec.ts'
import { checksum } from './crc.ts'

const mixed: Schema = {
  id: 77,
  name: 'mixed',
  fields: [
    { name: 'price', type: 'f64', unit: 'quote currency' },
    { name: 'side', type: 'text', unit: 'buy or sell' },
    { name: 'size', type: 'f64', unit: 'base units' },
  ],
}

const schemaById = (id: number): Schema | undefined => [quotes.schema, fills.schema, mixed].find(s => s.id === id)

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const blocks = fc
  .array(
    fc.record({ key: text, at: fc.double(), price: fc.double(), side: text, size: fc.constantFrom(0, -0, Number.NaN) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map(rows => blockOf(mixed, rows))

const rowsOf = (block: Block) => Array.from({ length: block.count }, (_, row) => rowOf(block, row))
const sample = (): Uint8Array =>
  encodeBlock(
    blockOf(
      mixed,
      [1, 2, 3].map(n => ({ key: `k${n % 2}`, at: n, price: n / 3, side: n > 1 ? 'buy' : 'sell', size: 0 })),
    ),
  )

/** What decoding says: the block, or the sentence of LOG_CORRUPT; anything else fails the test. */
const verdict = (bytes: Uint8Array, used?: UsedBlocks): Block | string => {
  try {
    return decodeBlock(bytes, schemaById, used)
  } catch (error) {
    if (isMillraceError(error) && error.code === 'LOG_CORRUPT') return error.message
    throw error
  }
}

/** Puts the checksum right, as somebody would who writes blocks with a program of their own. */
const sealed = (bytes: Uint8Array): Uint8Array => {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(4, checksum(bytes.subarray(8)), true)
  return bytes
}

describe('a block comes back bit for bit', () => {
  test('any rows, NaN and -0 among them', () => {
    fc.assert(
      fc.property(blocks, block => {
        expect(rowsOf(decodeBlock(encodeBlock(block), schemaById))).toStrictEqual(rowsOf(block))
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  test('the bits of a NaN too', () => {
    const block = quoteBlock(0, 3)
    const words = new Uint32Array(
      (block.columns.bid as Float64Array).buffer,
      block.columns.bid instanceof Float64Array ? block.columns.bid.byteOffset : 0,
      2,
    )
    words.set([0xdeadbeef, 0x7ff4babe])
    const { bid } = decodeBlock(encodeBlock(block), schemaById).columns
    const got = bid as Float64Array
    expect([...new Uint32Array(got.buffer, got.byteOffset, 2)]).toEqual([0xdeadbeef, 0x7ff4babe])
  })

  test('from bytes that begin at any address', () => {
    const bytes = encodeBlock(quoteBlock(0, 50))
    for (let shift = 0; shift < 8; shift++) {
      const moved = new Uint8Array(bytes.length + shift)
      moved.set(bytes, shift)
      expect(rowsOf(decodeBlock(moved.subarray(shift), schemaById))).toEqual(rowsOf(quoteBlock(0, 50)))
    }
  })

  test('into the columns of the last block of its schema, when they are long enough', () => {
    const used: UsedBlocks = new Map()
    const decode = (bytes: Uint8Array): OpenBlock => decodeBlock(bytes, schemaById, used)
    const first = decode(encodeBlock(quoteBlock(0, 9)))
    expect(decode(sample()).schema).toBe(mixed)
    const shorter = decode(encodeBlock(quoteBlock(20, 24)))
    expect(shorter).toBe(first)
    expect(rowsOf(shorter)).toEqual(rowsOf(quoteBlock(20, 24)))
    const longer = decode(encodeBlock(quoteBlock(0, 30)))
    expect(longer).not.toBe(first)
    expect(rowsOf(longer)).toEqual(rowsOf(quoteBlock(0, 30)))
  })

  test('blocks whose keys change, and damaged ones between them, are the same as without the last block', () => {
    const used: UsedBlocks = new Map()
    const withKeys = text.map(key => encodeBlock(blockOf(mixed, [{ key, at: 1, price: 2, side: 'buy', size: 0 }])))
    const change = fc.record({ place: fc.nat(), value: fc.nat({ max: 5 }) })
    fc.assert(
      fc.property(fc.oneof(withKeys, fc.constant(null)), change, fc.boolean(), (fresh, { place, value }, isDamaged) => {
        const bytes = fresh ?? sample()
        if (isDamaged) bytes[12 + (place % (bytes.length - 12))] = value
        const [found, expected] = [verdict(sealed(bytes), used), verdict(bytes)]
        if (typeof expected === 'string') expect(found).toBe(expected)
        else expect(rowsOf(found as Block)).toStrictEqual(rowsOf(expected))
      }),
      { seed: 4, numRuns: 3000 },
    )
  })

  test('a column with one value is stored once', () => {
    const builder = blockBuilder(quotes.schema)
    for (let at = 0; at < BLOCK_ROWS; at++) builder.push('EURUSD', at, { bid: at, ask: 1, bidSize: 0, askSize: -0 })
    const bytes = encodeBlock(builder.block)
    expect(bytes.length).toBeLessThan(2 * 8 * BLOCK_ROWS + 200)
    expect(rowsOf(decodeBlock(bytes, schemaById))).toStrictEqual(rowsOf(builder.block))
  })
})

describe('what is damaged is refused with LOG_CORRUPT', () => {
  test('each bit flipped', () => {
    const bytes = sample()
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      expect(verdict(bytes), `bit ${bit}`).toBeTypeOf('string')
      bytes[bit >> 3]! ^= 1 << (bit & 7)
    }
    expect(verdict(bytes)).toBeTypeOf('object')
  })

  test('cut at each byte, and bytes behind the end', () => {
    const bytes = sample()
    for (let length = 0; length < bytes.length; length++)
      expect(verdict(bytes.subarray(0, length))).toBeTypeOf('string')
    expect(verdict(Buffer.concat([bytes, new Uint8Array(8)]))).toMatch(/says that it is \d+ bytes long, but it is/)
  })

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
        expect(verdict(bytes)).toBeTypeOf('string')
      }),
      { seed: 2, numRuns: 2000 },
    )
  })

  test('any change under a right checksum: a whole block or LOG_CORRUPT, within 4,096 rows', () => {
    const change = fc.record({
      place: fc.nat({ max: 50 }),
      word: fc.constantFrom(0, 1, 2, 5, 7, 255, 4096, 0xffffffff, 0x7fffffff),
    })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), changes => {
        const bytes = sample()
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        for (const { place, word } of changes) view.setUint32(12 + ((place * 4) % (bytes.length - 12)), word, true)
        const found = verdict(sealed(bytes))
        if (typeof found === 'object') expect(rowsOf(found).length).toBeLessThanOrEqual(BLOCK_ROWS)
      }),
      { seed: 3, numRuns: 5000 },
    )
  })

  test('the sentence says what was found and what was expected', () => {
    const bytes = sample()
    bytes[bytes.length - 1]! ^= 1
    expect(verdict(bytes)).toMatch(/^its CRC-32C is 0x[0-9a-f]{8}, the header says 0x[0-9a-f]{8}$/)
    expect(verdict(new Uint8Array(9))).toBe('9 bytes are no block: a header has 24')
    const newer = sample()
    newer[12] = 2
    expect(verdict(sealed(newer))).toBe('it has version 2, this program reads version 1')
    const foreign = sample()
    foreign[16] = 99
    expect(verdict(sealed(foreign))).toBe('it has schema 99, which nobody knows here')
  })
})

test('a text that is not well-formed Unicode is refused, because it would come back as another', () => {
  const block = blockOf(mixed, [{ key: 'k', at: 1, price: 1, side: '\ud800', size: 1 }])
  expect(() => encodeBlock(block)).toThrow(expect.objectContaining({ code: 'LOG_SCHEMA' }))
})

test('the checksum is CRC-32C', () => {
  expect(checksum(Buffer.from('123456789'))).toBe(0xe3069283)
})
