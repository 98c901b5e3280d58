import { assert } from '../../engine/assert.ts'
import { MillraceError } from '../../engine/errors.ts'
import { chanceOf, shuffledBlocks } from '../chance.ts'
import type { Fit } from '../fit.ts'
import { checkRows, type Rows } from '../rows.ts'
import type { Split } from '../validation/rows.ts'
import { refuseLeaks } from '../validation/tested.ts'

export interface PermutationImportanceOptions {
  /** Features that are shuffled together, by their places: those that tell the same. See `correlatedGroups`. */
  readonly groups: readonly (readonly number[])[]
  /** Rows that stay together when a feature is shuffled: longer than a label lives. Integer, at least 1. */
  readonly block: number
  /** Times that each group is shuffled in each split. Integer, at least 1. */
  readonly repeats: number
  readonly seed: number
}

/** What a model loses without a group of features. */
export interface Importance {
  readonly names: readonly string[]
  /** So much the loss of the tested rows rises by when the group is shuffled: nats a unit of weight, mean of splits. */
  readonly importance: number
  /** Standard error of that mean, from how the splits differ; NaN of one split. Its splits share training rows. */
  readonly error: number
  readonly bySplit: readonly number[]
}

/**
 * How much worse a model foretells rows that it was not fitted on when a group of features is shuffled in time. The
 * model stays; so this tells of what it uses, and two groups that tell the same hide each other.
 *
 * Fails: MODEL_LEAK for a split whose training labels meet its test. MODEL_ROWS for a number that is not finite, and
 * for a test of fewer than 5 blocks. Defect ASSERT for repeats below 1, and for groups that are not of different
 * features.
 * Source: Breiman 2001, Random Forests, 10; Lopez de Prado 2018, Advances in Financial Machine Learning, 8.3.2
 */
export const permutationImportance = (
  rows: Rows,
  splits: readonly Split[],
  fitOn: Fit,
  { groups, block, repeats, seed }: PermutationImportanceOptions,
): readonly Importance[] => {
  assert(Number.isInteger(repeats) && repeats >= 1, `permutationImportance: repeats is at least 1, found ${repeats}`)
  const places = groups.flat()
  const isGrouped = new Set(places).size === places.length && places.every(place => place in rows.features)
  assert(isGrouped, `permutationImportance: groups are of different features, found ${JSON.stringify(groups)}`)
  checkRows('permutationImportance', rows)
  for (const split of splits) refuseLeaks('permutationImportance', rows.spans, split)
  const chance = chanceOf(seed)
  const bySplit = splits.map(split => {
    const { predict } = fitOn(split)
    const tested = rows.features.map(values => Float32Array.from(split.test, row => values[row]!))
    const lossWith = (features: readonly Float32Array[]): number => lossOf(rows, split.test, predict(features))
    const whole = lossWith(tested)
    return groups.map(group => {
      const losses = Array.from({ length: repeats }, () => {
        const order = shuffledBlocks(split.test.length, block, chance)
        return lossWith(tested.map((values, i) => (group.includes(i) ? inOrder(values, order) : values)))
      })
      return mean(losses) - whole
    })
  })
  return groups.map((group, i) => ({
    names: group.map(column => rows.names[column]!),
    ...meanOf(bySplit.map(rises => rises[i]!)),
  }))
}

const inOrder = (values: Float32Array, order: Uint32Array): Float32Array =>
  values.map((_, place) => values[order[place]!]!)

const meanOf = (bySplit: readonly number[]): Omit<Importance, 'names'> => {
  const importance = mean(bySplit)
  const squares = bySplit.map(rise => (rise - importance) ** 2)
  return { importance, error: Math.sqrt(mean(squares) / (bySplit.length - 1)), bySplit }
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length

/** Mean negative log likelihood; a model that is sure and wrong pays for it, though not without end. */
const lossOf = ({ labels, weights }: Rows, test: Uint32Array, chances: Float64Array): number => {
  let [loss, worth] = [0, 0]
  for (const [place, row] of test.entries()) {
    const chance = labels[row] === 1 ? chances[place]! : 1 - chances[place]!
    loss -= weights[row]! * Math.log(Math.max(chance, 1e-15))
    worth += weights[row]!
  }
  if (worth === 0) throw new MillraceError('MODEL_ROWS', 'expected tested rows with weights, found a sum of 0')
  return loss / worth
}
