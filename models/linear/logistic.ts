import { assert } from '../../engine/assert.ts'
import { MillraceError } from '../../engine/errors.ts'
import { checkRows, type Rows } from '../rows.ts'
import { solve } from './cholesky.ts'

export interface LogisticOptions {
  /** Half of it, times the square of each coefficient, is added to the loss; the intercept is free. 0 or more. */
  readonly l2: number
  /** Steps at most; 10 are usual. Integer, at least 1. */
  readonly most: number
}

/** A fitted model. Of labels 0 and 1 it tells the probability of 1. */
export interface Logistic {
  readonly intercept: number
  /** One per feature, in the order of the vector. */
  readonly coefficients: readonly number[]
  /**
   * - `converged`: there is nothing left to gain.
   * - `steps`: it still moved when `most` steps were done.
   * - `singular`: without `l2` no model is the best one: features repeat each other, or tell the labels apart.
   */
  readonly ending: 'converged' | 'steps' | 'singular'
  readonly steps: number
  /** Negative log likelihood and penalty, natural logarithm, per unit of weight. */
  readonly loss: number
}

/**
 * The logistic regression of weighted rows, by Newton's method, with a part of a step where a whole one goes too far:
 * what a cleverer model must beat, and what finds nothing where there is nothing.
 *
 * Scale the features first: one `l2` is for all of them. It costs rows times the square of the features, per step.
 *
 * Fails: MODEL_ROWS for a number that is not finite, a label that is neither 0 nor 1, and for labels of one kind.
 * Source: Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, 4.4.1
 *
 * @example
 * const weights = Float64Array.of(1, 1, 3, 1)
 * const spans = { from: [0, 1, 2, 3], until: [0, 1, 2, 3] }
 * const features = [Float32Array.of(0, 0, 1, 1)]
 * const rows = { names: ['isUp'], features, labels: Float64Array.of(0, 1, 1, 0), weights, spans }
 * const model = logistic(rows, Uint32Array.of(0, 1, 2, 3), { l2: 0, most: 30 })
 * model.coefficients // => [1.0986122886681]
 * probability(model, [1]) // => 0.75
 */
export const logistic = (rows: Rows, train: Uint32Array, { l2, most }: LogisticOptions): Logistic => {
  assert(l2 >= 0, `logistic: l2 is 0 or more, found ${l2}`)
  assert(Number.isInteger(most) && most >= 1, `logistic: most is an integer, at least 1, found ${most}`)
  checkRows('logistic', rows)
  const problem = problemOf(rows, train, l2)
  let at = evaluate(problem, new Float64Array(problem.width))
  for (let steps = 0; ; steps++) {
    const direction = solve(curvature(problem, at.chances), at.gradient)
    if (direction === null) return modelOf(problem, at, 'singular', steps)
    const gain = dot(direction, at.gradient) / 2
    // The last step squares what is left of the error.
    if (gain <= 1e-14 * at.loss) return modelOf(problem, evaluate(problem, moved(at, direction, 1)), 'converged', steps)
    if (steps === most) return modelOf(problem, at, 'steps', steps)
    at = descend(problem, at, direction)
  }
}

/** The probability of label 1 for one vector. */
export const probability = ({ intercept, coefficients }: Logistic, values: ArrayLike<number>): number => {
  assert(values.length === coefficients.length, `probability: ${coefficients.length} numbers, found ${values.length}`)
  let score = intercept
  for (let i = 0; i < coefficients.length; i++) score += coefficients[i]! * values[i]!
  return sigmoid(score)
}

/** The same for rows in columns. */
export const probabilities = (
  { intercept, coefficients }: Logistic,
  features: readonly Float32Array[],
): Float64Array => {
  const scores = new Float64Array(features[0]?.length ?? 0).fill(intercept)
  for (const [i, coefficient] of coefficients.entries())
    for (let row = 0; row < scores.length; row++) scores[row]! += coefficient * features[i]![row]!
  return scores.map(sigmoid)
}

/** The training rows, one behind the other: a 1 for the intercept, then the features. */
interface Problem {
  readonly width: number
  readonly matrix: Float64Array
  readonly labels: Float64Array
  readonly weights: Float64Array
  readonly l2: number
  readonly worth: number
}

const problemOf = ({ features, labels, weights }: Rows, train: Uint32Array, l2: number): Problem => {
  const width = features.length + 1
  const matrix = new Float64Array(train.length * width)
  const worths = [0, 0]
  for (const [place, row] of train.entries()) {
    const label = labels[row]!
    if (label !== 0 && label !== 1)
      throw new MillraceError('MODEL_ROWS', `labels are 0 or 1, found ${label} in row ${row}`)
    worths[label]! += weights[row]!
    matrix[place * width] = 1
    for (let i = 1; i < width; i++) matrix[place * width + i] = features[i - 1]![row]!
  }
  const [no, yes] = worths as [number, number]
  if (!(no > 0 && yes > 0))
    throw new MillraceError('MODEL_ROWS', `expected rows of both labels, found a weight of ${no} for 0, ${yes} for 1`)
  const taken = (values: Float64Array) => Float64Array.from(train, row => values[row]!)
  return { width, matrix, labels: taken(labels), weights: taken(weights), l2, worth: no + yes }
}

/** A model with its loss, how that slopes, and what it says of each row. */
interface Point {
  readonly beta: Float64Array
  readonly loss: number
  readonly gradient: Float64Array
  readonly chances: Float64Array
}

const evaluate = ({ width, matrix, labels, weights, l2 }: Problem, beta: Float64Array): Point => {
  const gradient = beta.map((x, i) => (i === 0 ? 0 : l2 * x))
  let loss = dot(beta, gradient) / 2
  const chances = labels.map((label, row) => {
    const at = row * width
    let score = 0
    for (let i = 0; i < width; i++) score += beta[i]! * matrix[at + i]!
    const chance = sigmoid(score)
    const weight = weights[row]!
    loss += weight * (Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - label * score)
    for (let i = 0; i < width; i++) gradient[i]! += weight * (chance - label) * matrix[at + i]!
    return chance
  })
  return { beta, loss, gradient, chances }
}

/** The matrix of second derivatives; of its two halves the lower one. */
const curvature = ({ width, matrix, weights, l2 }: Problem, chances: Float64Array): Float64Array => {
  const out = new Float64Array(width * width)
  for (let row = 0; row < chances.length; row++) {
    const at = row * width
    const bend = weights[row]! * chances[row]! * (1 - chances[row]!)
    for (let i = 0; i < width; i++) {
      const part = bend * matrix[at + i]!
      for (let j = 0; j <= i; j++) out[i * width + j]! += part * matrix[at + j]!
    }
  }
  for (let i = 1; i < width; i++) out[i * width + i]! += l2
  return out
}

/** A step down, as long as it may be; what rounding adds to a loss is no way up. */
const descend = (problem: Problem, at: Point, direction: Float64Array): Point => {
  for (let share = 1; ; share /= 2) {
    const next = evaluate(problem, moved(at, direction, share))
    if (next.loss <= at.loss * (1 + 1e-12)) return next
  }
}

const moved = ({ beta }: Point, direction: Float64Array, share: number): Float64Array =>
  beta.map((x, i) => x - share * direction[i]!)

const modelOf = ({ worth }: Problem, { beta, loss }: Point, ending: Logistic['ending'], steps: number): Logistic => ({
  intercept: beta[0]!,
  coefficients: [...beta.subarray(1)],
  ending,
  steps,
  loss: loss / worth,
})

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0)

const sigmoid = (score: number): number => 1 / (1 + Math.exp(-score))
