import { assert } from '../engine/assert.ts'
import { MillraceError } from '../engine/errors.ts'

/** A number from 0 up to, and without, 1. */
export type Chance = () => number

/**
 * Numbers that come again with the same seed.
 *
 * Source: Steele, Lea, Flood 2014, Fast Splittable Pseudorandom Number Generators, OOPSLA, in 32 bits (mulberry32)
 *
 * @example
 * chanceOf(7)() === chanceOf(7)() // => true
 */
export const chanceOf = (seed: number): Chance => {
  let state = Math.imul(seed, 0x9e3779b1) | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The numbers below `count` in an order by chance. */
export const shuffled = (count: number, chance: Chance): Uint32Array => {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const other = Math.floor(chance() * (i + 1))
    const kept = order[i]!
    order[i] = order[other]!
    order[other] = kept
  }
  return order
}

/**
 * The places below `count` in blocks of `length`, the blocks in an order by chance and each one whole: rows that depend
 * on their neighbours still do, and on nothing else.
 *
 * Fails: MODEL_ROWS for fewer than 5 blocks, which have too few orders.
 */
export const shuffledBlocks = (count: number, length: number, chance: Chance): Uint32Array => {
  const blocks = blocksIn(count, length)
  const out = new Uint32Array(count)
  let place = 0
  for (const block of shuffled(blocks, chance))
    for (let row = block * length; row < Math.min(count, (block + 1) * length); row++) out[place++] = row
  return out
}

/** How many blocks of `length` there are in `count` rows; the last one may be short. Fails: as `shuffledBlocks`. */
export const blocksIn = (count: number, length: number): number => {
  assert(Number.isInteger(length) && length >= 1, `a block has an integer of rows, at least 1, found ${length}`)
  if (canShuffle(count, length)) return Math.ceil(count / length)
  throw new MillraceError('MODEL_ROWS', `expected at least 5 blocks of ${length} rows to shuffle, found ${count} rows`)
}

/** Whether there are enough blocks for their order to be one of many. */
export const canShuffle = (count: number, length: number): boolean => count > 4 * length
