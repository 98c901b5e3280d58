import { assert } from '../../engine/assert.ts'

/**
 * Features that tell the same: those whose ranks are correlated, by `atLeast` and more in size, and those that are
 * joined by others. Each group has the places of its features in order; groups are in the order of their first.
 *
 * A feature that does not move is alone. Look at training rows only. It costs rows times the square of the features.
 *
 * Fails: Defect ASSERT when `atLeast` is not above 0 and up to 1.
 *
 * @example
 * const up = Float32Array.of(1, 2, 3, 4)
 * const squared = Float32Array.of(-1, -4, -9, -16)
 * const other = Float32Array.of(2, 1, 4, 3)
 * correlatedGroups([up, other, squared], Uint32Array.of(0, 1, 2, 3), 0.9) // => [[0, 2], [1]]
 */
export const correlatedGroups = (
  features: readonly Float32Array[],
  train: Uint32Array,
  atLeast: number,
): readonly (readonly number[])[] => {
  assert(atLeast > 0 && atLeast <= 1, `correlatedGroups: atLeast is above 0 and up to 1, found ${atLeast}`)
  const ranks = features.map(values => unitRanks(Float32Array.from(train, row => values[row]!)))
  const groups: number[][] = []
  for (const [i, rank] of ranks.entries()) {
    const isNear = (j: number): boolean => Math.abs(dot(rank, ranks[j]!)) >= atLeast - 1e-12
    const near = groups.filter(group => group.some(isNear))
    const joined = near[0] ?? []
    for (const group of near.slice(1)) {
      joined.push(...group)
      groups.splice(groups.indexOf(group), 1)
    }
    joined.push(i)
    if (near.length === 0) groups.push(joined)
  }
  return groups.map(group => group.toSorted((a, b) => a - b))
}

/** Ranks around 0, with squares that sum up to 1; equal values share the middle of theirs. All 0 when none moves. */
const unitRanks = (values: Float32Array): Float64Array => {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!)
  const ranks = new Float64Array(values.length)
  for (let first = 0, end = 0; first < order.length; first = end) {
    while (end < order.length && values[order[end]!] === values[order[first]!]) end += 1
    for (let place = first; place < end; place++) ranks[order[place]!] = (first + end - order.length) / 2
  }
  const size = Math.sqrt(dot(ranks, ranks))
  return size === 0 ? ranks : ranks.map(rank => rank / size)
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
