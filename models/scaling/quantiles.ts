import { assert } from '../../engine/assert.ts'

/**
 * Quantiles of a stream, in little memory: exact up to `size` numbers, and beyond it off by no more ranks than
 * `rankError` says.
 *
 * A level that is full is sorted, and each second of its numbers moves up to count twice as much: the first, third, ...
 * at one time, the second, fourth, ... at the next, so that half of the errors make ranks too high and half too low. A
 * million numbers in levels of 4096 are off by 0.1 % of the ranks at most.
 *
 * Source: Manku, Rajagopalan, Lindsay 1998, Approximate Medians and other Quantiles in One Pass, SIGMOD 27(2)
 */
export interface Quantiles {
  readonly size: number
  /** Each number of level i stands for 2^i. */
  readonly levels: Level[]
  count: number
}

interface Level {
  readonly values: Float64Array
  size: number
  /** How often it was full. */
  times: number
}

/** `size` is even. */
export const quantiles = (size: number): Quantiles => {
  assert(Number.isInteger(size) && size >= 2 && size % 2 === 0, `quantiles: size is an even integer, found ${size}`)
  return { size, levels: [], count: 0 }
}

export const addNumber = (stream: Quantiles, x: number): void => {
  stream.count += 1
  addTo(stream, 0, x)
}

/**
 * The number at a share of the ranks, 0 to 1, with a straight line between neighbours. NaN of no numbers.
 *
 * @example
 * const stream = quantiles(8)
 * for (const x of [5, 1, 4, 2]) addNumber(stream, x)
 * quantilesAt(stream, [0, 0.5, 1]) // => [1, 3, 5]
 */
export const quantilesAt = (stream: Quantiles, shares: readonly number[]): readonly number[] => {
  const entries = stream.levels
    .flatMap(({ values, size }, level) =>
      Array.from(values.subarray(0, size), value => ({ value, stands: 2 ** level })),
    )
    .sort((a, b) => a.value - b.value)
  const atRank = (rank: number): number => {
    let seen = 0
    for (const { value, stands } of entries) {
      seen += stands
      if (seen > rank) return value
    }
    return entries.at(-1)?.value ?? Number.NaN
  }
  return shares.map(share => {
    const place = share * (stream.count - 1)
    const below = Math.floor(place)
    const value = atRank(below)
    return place === below ? value : value + (place - below) * (atRank(below + 1) - value)
  })
}

/** No rank is off by more. 0 while all numbers are kept. */
export const rankError = ({ levels }: Quantiles): number =>
  levels.reduce((error, { times }, level) => error + Math.ceil(times / 2) * 2 ** level, 0)

const addTo = (stream: Quantiles, index: number, x: number): void => {
  stream.levels[index] ??= { values: new Float64Array(stream.size), size: 0, times: 0 }
  const level = stream.levels[index]
  if (level.size === stream.size) {
    level.values.sort()
    for (let i = level.times % 2; i < level.size; i += 2) addTo(stream, index + 1, level.values[i]!)
    level.times += 1
    level.size = 0
  }
  level.values[level.size] = x
  level.size += 1
}
