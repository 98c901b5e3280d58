import type { Block } from './block.ts'
import { type BlockBuilder, blockBuilder, rowOf } from './build.ts'

/**
 * The partition of a key: murmur2 over its UTF-8 bytes, as the clients of Kafka choose it, so that other programs find
 * and write the same one.
 *
 * @example
 * partitionOf('EURUSD', 8) // => 5
 * partitionOf('EURUSD', 1) // => 0
 */
export const partitionOf = (key: string, partitions: number): number =>
  partitions === 1 ? 0 : (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions

/** The rows of blocks by the partition of their keys, in their order; partitions without rows are not in it. */
export const spread = (blocks: readonly Block[], partitions: number): ReadonlyMap<number, readonly Block[]> => {
  if (partitions === 1) return new Map([[0, blocks]])
  const spreads = new Map<number, Block[]>()
  for (const block of blocks)
    for (const [partition, part] of spreadOne(block, partitions))
      spreads.set(partition, [...(spreads.get(partition) ?? []), part])
  return spreads
}

const spreadOne = (block: Block, partitions: number): ReadonlyMap<number, Block> => {
  const places = block.keys.map(key => partitionOf(key, partitions))
  const builders = new Map<number, BlockBuilder>()
  for (let row = 0; row < block.count; row++) {
    const place = places[block.key[row]!]!
    const builder = builders.get(place) ?? blockBuilder(block.schema, block.count)
    builders.set(place, builder)
    const { key, at, ...fields } = rowOf(block, row)
    builder.push(key, at, fields)
  }
  return new Map([...builders].map(([place, builder]) => [place, builder.block]))
}

const SEED = 0x9747b28c
const MIX = 0x5bd1e995

/** MurmurHash2, 32 bits (Austin Appleby, public domain), with the seed of Kafka. */
const murmur2 = (bytes: Buffer): number => {
  const { length } = bytes
  let hash = SEED ^ length
  const words = length & ~3
  for (let i = 0; i < words; i += 4) {
    let word = Math.imul(bytes.readInt32LE(i), MIX)
    word = Math.imul(word ^ (word >>> 24), MIX)
    hash = Math.imul(hash, MIX) ^ word
  }
  for (let i = length - 1; i >= words; i--) hash ^= bytes[i]! << (8 * (i - words))
  if (words < length) hash = Math.imul(hash, MIX)
  hash = Math.imul(hash ^ (hash >>> 13), MIX)
  return hash ^ (hash >>> 15)
}
