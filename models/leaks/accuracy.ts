import { assert } from '../../engine/assert.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { Fit } from '../fit.ts'
import { checkFinite, type Rows } from '../rows.ts'
import type { Split } from '../validation/rows.ts'
import { uniqueness } from '../validation/uniqueness.ts'

/** How often a model was right on rows that it was not fitted on. */
export interface Accuracy {
  readonly accuracy: number
  /** How many rows that do not share their time the tested ones are worth. */
  readonly effective: number
  /** Where an accuracy of `expected` would be found. */
  readonly low: number
  readonly high: number
}

export interface AccuracyOptions {
  /** What one believes: 0.5 where nothing can be known. Above 0, below 1. */
  readonly expected: number
  /** Half the width of the interval, in standard deviations: 2 for 95 of 100, 3 for 997 of 1000. */
  readonly deviations: number
}

/**
 * The share of the tested rows whose label the model tells, and the interval around what one believes.
 *
 * Labels that live at the same time tell of the same move: rows count by their uniqueness, and so many independent ones
 * decide how wide the interval is. A row that several splits test counts once, by its mean. A probability of 0.5 is
 * half right.
 *
 * Folds that are trained on what came after them know each other's labels, so that their hits are no independent draws,
 * and the variance is taken twice: in s1(s2 + s3) + s2(s1 + s3) + s3(s1 + s2) each product of two folds stands twice.
 * Splits that only walk forward need it once.
 *
 * Fails: MODEL_ROWS when no row is tested, or a prediction is not finite. Defect ASSERT for an `expected` that is
 * not above 0 and below 1.
 */
export const accuracyOf = (
  rows: Rows,
  splits: readonly Split[],
  fitOn: Fit,
  { expected, deviations }: AccuracyOptions,
): Accuracy => {
  assert(expected > 0 && expected < 1, `accuracyOf: expected is above 0 and below 1, found ${expected}`)
  assert(deviations > 0, `accuracyOf: deviations is positive, found ${deviations}`)
  const { hits, tests } = hitsOf(rows, splits, fitOn)
  const worths = uniqueness(rows.spans)
  let [right, effective] = [0, 0]
  for (let row = 0; row < tests.length; row++) {
    if (tests[row] === 0) continue
    right += (worths[row]! * hits[row]!) / tests[row]!
    effective += worths[row]!
  }
  if (effective === 0) throw new MillraceError('MODEL_ROWS', 'expected at least one tested row, found none')
  const times = splits.some(isTrainedOnLater) ? 2 : 1
  const reach = deviations * Math.sqrt((times * expected * (1 - expected)) / effective)
  return { accuracy: right / effective, effective, low: expected - reach, high: expected + reach }
}

const isTrainedOnLater = ({ train, test }: Split): boolean => {
  const first = test.reduce((first, row) => Math.min(first, row), Infinity)
  return train.some(row => row > first)
}

/** For each row how often it was tested, and how often the model was right. */
const hitsOf = ({ features, labels }: Rows, splits: readonly Split[], fitOn: Fit) => {
  const hits = new Float64Array(labels.length)
  const tests = new Uint32Array(labels.length)
  for (const split of splits) {
    const chances = fitOn(split).predict(features.map(values => Float32Array.from(split.test, row => values[row]!)))
    for (const [place, row] of split.test.entries()) {
      const chance = chances[place]!
      checkFinite(chance, 'the prediction', row)
      hits[row]! += chance === 0.5 ? 0.5 : chance > 0.5 === (labels[row] === 1) ? 1 : 0
      tests[row]! += 1
    }
  }
  return { hits, tests }
}
