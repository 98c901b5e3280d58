import { assert } from '../../engine/assert.ts'
import { blocksIn, chanceOf, shuffled } from '../chance.ts'

export interface StabilitySelectionOptions {
  /** How many features there are to choose from. */
  readonly features: number
  /** A feature is kept that is chosen in this share of the samples. Above 0.5, up to 1. */
  readonly threshold: number
}

export interface Stability {
  /** For each feature the share of the samples in which it was chosen. */
  readonly shares: readonly number[]
  /** The features that are kept, by their places. */
  readonly kept: readonly number[]
  /**
   * No more of those that are kept tell nothing, in the mean: the square of the mean count of choices, divided by
   * (2 threshold - 1) times the features. It holds for halves of the rows, if those that tell nothing are chosen alike,
   * and no more often than by guessing.
   */
  readonly expectedFalse: number
}

/**
 * Keeps the features that are chosen again and again, on other rows each time.
 *
 * `choose` gets the rows of a sample and gives the places of the features it chooses: the first five by mutual
 * information, say. Take `halves` of the training rows as samples, or the training rows of purged splits.
 *
 * Fails: Defect ASSERT for a threshold that is not above 0.5 and up to 1, for no samples, and for choices that are no
 * features or come twice.
 * Source: Meinshausen, Buehlmann 2010, Stability Selection, J. R. Statist. Soc. B 72(4), theorem 1
 *
 * @example
 * const samples = [Uint32Array.of(0, 1), Uint32Array.of(2, 3)]
 * const { kept, shares } = stabilitySelection(samples, rows => [0, 1 + rows[0]], { features: 10, threshold: 0.9 })
 * kept // => [0]
 * shares.slice(0, 4) // => [1, 0.5, 0, 0.5]
 */
export const stabilitySelection = (
  samples: readonly Uint32Array[],
  choose: (rows: Uint32Array) => readonly number[],
  { features, threshold }: StabilitySelectionOptions,
): Stability => {
  assert(samples.length > 0, 'stabilitySelection: at least one sample, found none')
  assert(
    threshold > 0.5 && threshold <= 1,
    `stabilitySelection: threshold is above 0.5 and up to 1, found ${threshold}`,
  )
  const counts = new Uint32Array(features)
  let choices = 0
  for (const rows of samples) {
    const chosen = choose(rows)
    const isRight = new Set(chosen).size === chosen.length && chosen.every(place => place in counts)
    assert(isRight, `stabilitySelection: choices are different places below ${features}, found ${chosen.join(', ')}`)
    for (const place of chosen) counts[place]! += 1
    choices += chosen.length
  }
  const shares = Array.from(counts, count => count / samples.length)
  return {
    shares,
    kept: shares.flatMap((share, place) => (share >= threshold ? [place] : [])),
    expectedFalse: (choices / samples.length) ** 2 / ((2 * threshold - 1) * features),
  }
}

export interface HalvesOptions {
  /** Rows that stay together: longer than a label lives. Integer, at least 1. */
  readonly block: number
  /** How often the rows are halved; both halves are samples. Integer, at least 1. */
  readonly times: number
  readonly seed: number
}

/**
 * Samples of half of the rows, in whole blocks by chance, and in order; a half, then what it left.
 *
 * Fails: MODEL_ROWS for fewer than 5 blocks.
 * Source: Shah, Samworth 2013, Variable selection with error control, J. R. Statist. Soc. B 75(1), 2 (both halves)
 */
export const halves = (rows: Uint32Array, { block, times, seed }: HalvesOptions): readonly Uint32Array[] => {
  const blocks = blocksIn(rows.length, block)
  const chance = chanceOf(seed)
  return Array.from({ length: times }, () => {
    const order = shuffled(blocks, chance)
    const isFirst = new Set(order.subarray(0, Math.floor(blocks / 2)))
    return [true, false].map(side => rows.filter((_, place) => isFirst.has(Math.floor(place / block)) === side))
  }).flat()
}
