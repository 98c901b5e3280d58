import snappyOfKafkajs from 'kafkajs-snappy'
import { describe, expect, it } from 'vitest'
import { codecOf, codecs, compress, decompress } from './compression.ts'
import { snappyCompress, snappyDecompress } from './snappy.ts'

const samples: Readonly<Record<'nothing' | 'one byte' | 'a run' | 'ticks' | 'noise', Buffer>> = {
  nothing: Buffer.alloc(0),
  'one byte': Buffer.from('x'),
  'a run': Buffer.alloc(200_000, 'ab'),
  ticks: Buffer.from(Array.from({ length: 3_000 }, (_, n) => `{"s":"EURUSD","b":1.0${721 + (n % 7)},"t":${n}}`).join()),
  noise: Buffer.from(Uint32Array.from({ length: 30_000 }, (_, n) => Math.imul(n, 0x9e3779b1)).buffer),
}

/** As the Java client writes it: blocks of 32 KiB behind a header. */
const xerial = (bytes: Buffer): Buffer => {
  const pieces: Buffer[] = [Buffer.from('82534e41505059000000000100000001', 'hex')]
  for (let at = 0; at < bytes.length; at += 1 << 15) {
    const block = snappyCompress(bytes.subarray(at, at + (1 << 15)))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(block.length)
    pieces.push(length, block)
  }
  return Buffer.concat(pieces)
}

describe.each(codecs)('%s', codec => {
  it.each(Object.entries(samples))('gives %s back', (_name, bytes) => {
    const packed = compress(codec, bytes)
    expect(decompress(codecOf(codec), packed, 'ticks/0/7').equals(bytes)).toBe(true)
  })

  it('makes ticks smaller', () => {
    expect(compress(codec, samples.ticks).length).toBeLessThan(samples.ticks.length * (codec === 'none' ? 2 : 0.5))
  })
})

describe('snappy', () => {
  it.each(Object.entries(samples))('is read by others, and reads what others write: %s', async (_name, bytes) => {
    const other = snappyOfKafkajs()
    expect((await other.decompress(snappyCompress(bytes))).equals(bytes)).toBe(true)
    expect(snappyDecompress(await other.compress({ buffer: bytes }), bytes.length).equals(bytes)).toBe(true)
  })

  it('reads the blocks of a stream', () => {
    expect(snappyDecompress(xerial(samples.ticks), 1 << 20).equals(samples.ticks)).toBe(true)
  })

  it('takes no more memory than it may', () => {
    expect(() => snappyDecompress(xerial(samples['a run']), 100_000)).toThrow('at most')
    expect(() => snappyDecompress(snappyCompress(samples['a run']), 100_000)).toThrow('200000 bytes, 100000 at most')
  })
})

describe('what cannot be read', () => {
  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('is refused with its place: %s that is cut', codec => {
    const packed = compress(codec, samples.ticks)
    expect(() => decompress(codecOf(codec), packed.subarray(0, packed.length / 2), 'ticks/0/7')).toThrow(
      expect.objectContaining({ code: 'LOG_CORRUPT', message: expect.stringContaining('ticks/0/7: ') }),
    )
  })

  it('is refused with the codecs that there are', () => {
    expect(() => decompress(6, Buffer.alloc(9), 'ticks/0/7')).toThrow(
      expect.objectContaining({
        code: 'LOG_CODEC',
        message: 'ticks/0/7: compressed with codec 6; known are 0 to 4: none, gzip, snappy, lz4, zstd',
      }),
    )
  })
})
