import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rows } from '../rows.ts'
import { logistic, probabilities, probability } from './logistic.ts'

type Row = readonly [features: readonly number[], label: number, weight: number]

const rowsOf = (given: readonly Row[]): Rows => {
  const times = given.map((_, row) => row)
  const width = given[0]?.[0].length ?? 0
  return {
    names: Array.from({ length: width }, (_, i) => `f${i}`),
    features: Array.from({ length: width }, (_, i) => Float32Array.from(given, ([features]) => features[i]!)),
    labels: Float64Array.from(given, ([, label]) => label),
    weights: Float64Array.from(given, ([, , weight]) => weight),
    spans: { from: times, until: times },
  }
}

const allOf = ({ labels }: Rows): Uint32Array => Uint32Array.from(labels.keys())

const fitted = (given: readonly Row[], l2 = 0, most = 50) => {
  const rows = rowsOf(given)
  return logistic(rows, allOf(rows), { l2, most })
}

const logit = (p: number): number => Math.log(p / (1 - p))

/** Rows where each label stands with each sign of the features, so that no line tells the labels apart. */
const anyRows: fc.Arbitrary<Row[]> = fc
  .array(
    fc.tuple(
      fc.tuple(fc.integer({ min: -32, max: 32 }), fc.integer({ min: -32, max: 32 })),
      fc.integer({ min: 0, max: 1 }),
      fc.integer({ min: 1, max: 8 }),
    ),
    { minLength: 4, maxLength: 60 },
  )
  .map(rows => {
    const drawn = rows.map(([[a, b], label, weight]): Row => [[a / 16, b / 16], label, weight / 4])
    const crossed = [-3, 3].flatMap(a => [-3, 3].flatMap(b => [0, 1].map((label): Row => [[a, b], label, 1])))
    return [...drawn, ...crossed]
  })

describe('logistic', () => {
  it('is what 25 digits and no matrices say', () => {
    const lines = readFileSync(join(import.meta.dirname, 'golden', 'logistic.jsonl'), 'utf8')
      .trim()
      .split('\n')
    expect(lines).toHaveLength(3)
    for (const line of lines) {
      const { l2, rows, beta, loss } = JSON.parse(line) as { l2: number; rows: Row[]; beta: number[]; loss: number }
      const model = fitted(rows, l2)
      expect(model.ending).toBe('converged')
      for (const [i, found] of [model.intercept, ...model.coefficients].entries())
        expect(Math.abs(found - beta[i]!)).toBeLessThan(1e-13)
      expect(Math.abs(model.loss - loss)).toBeLessThan(1e-14)
    }
  })

  it('of a feature that is 0 or 1 it tells the shares of its two sides', () => {
    const side = (x: number, no: number, yes: number): Row[] => [
      [[x], 0, no],
      [[x], 1, yes],
    ]
    const model = fitted([...side(0, 3, 1), ...side(1, 2, 5)])
    expect(model.intercept).toBeCloseTo(logit(1 / 4), 14)
    expect(model.coefficients[0]).toBeCloseTo(logit(5 / 7) - logit(1 / 4), 14)
    expect(probability(model, [1])).toBeCloseTo(5 / 7, 15)
  })

  it('without features it tells the share of the labels', () => {
    const model = fitted([[[], 0, 3] as const, [[], 1, 1] as const])
    expect(probability(model, [])).toBeCloseTo(1 / 4, 15)
  })

  it('a weight of 2 is a row that stands there twice, and one of 0 a row that does not', () =>
    fc.assert(
      fc.property(anyRows, rows => {
        const twice = fitted([...rows, ...rows], 1)
        const weighed = fitted([...rows.map(([x, label, weight]): Row => [x, label, 2 * weight]), [[9, 9], 1, 0]], 1)
        for (const [i, coefficient] of weighed.coefficients.entries())
          expect(coefficient).toBeCloseTo(twice.coefficients[i]!, 10)
      }),
      { seed: 3, numRuns: 60 },
    ))

  it('labels turned round turn every sign, and no small move makes the loss less', () =>
    fc.assert(
      fc.property(anyRows, rows => {
        const model = fitted(rows, 0.5)
        const other = fitted(
          rows.map(([x, label, weight]): Row => [x, 1 - label, weight]),
          0.5,
        )
        expect(model.ending).toBe('converged')
        expect(model.intercept).toBeCloseTo(-other.intercept, 10)
        for (const [i, x] of model.coefficients.entries()) expect(x).toBeCloseTo(-other.coefficients[i]!, 10)
        const at = lossAt(rows, [model.intercept, ...model.coefficients], 0.5)
        for (const [i, step] of [0, 1, 2].flatMap(i => [-1e-3, 1e-3].map(step => [i, step] as const))) {
          const beta = [model.intercept, ...model.coefficients]
          beta[i]! += step
          expect(lossAt(rows, beta, 0.5)).toBeGreaterThan(at)
        }
      }),
      { seed: 4, numRuns: 60 },
    ))

  it('says when it does not converge: features that repeat each other, labels that a line tells apart', () => {
    const rows: Row[] = [1, 2, 3, 4].map(x => [[x, 2 * x], x % 2, 1])
    expect(fitted(rows).ending).toBe('singular')
    expect(fitted(rows, 0.1).ending).toBe('converged')
    const apart: Row[] = [1, 2, 3, 4].map(x => [[x], x > 2 ? 1 : 0, 1])
    expect(fitted(apart, 0, 5).ending).toBe('steps')
    expect(fitted(apart).ending).toBe('singular')
    expect(fitted(apart, 0.1).ending).toBe('converged')
  })

  it('takes more features than rows, and a constant one, when there is a penalty', () => {
    const rows: Row[] = [0, 1, 2].map(row => [[1, row, row * row, 7, row % 2], row % 2, 1])
    const { ending, coefficients } = fitted(rows, 1)
    expect(ending).toBe('converged')
    expect(Math.abs(coefficients[3]!)).toBeLessThan(1e-12)
    expect(fitted(rows).ending).toBe('singular')
  })

  it('comes to its end where whole steps of Newton would run away', () => {
    const model = fitted([
      [[-28], 0, 14994],
      [[-4], 1, 276],
      [[1079], 1, 412],
      [[-3], 0, 460],
      [[-34], 1, 2],
    ])
    expect(model.ending).toBe('converged')
  })

  it('refuses labels of one kind, other labels, and what is no number, with its place', () => {
    const failed = (rows: readonly Row[]) => () => fitted(rows, 1)
    expect(failed([[[1], 1, 1]])).toThrow('found a weight of 0 for 0, 1 for 1')
    expect(failed([[[1], 1, 1] as const, [[1], -1, 1] as const])).toThrow('found -1 in row 1')
    expect(failed([[[1], 1, 1] as const, [[Number.NaN], 0, 1] as const])).toThrow('found NaN for f0 in row 1')
    expect(failed([])).toThrow(expect.objectContaining({ code: 'MODEL_ROWS' }))
  })

  it('tells of rows what it tells of each vector', () => {
    const rows = rowsOf([
      [[0.5, 1], 0, 1],
      [[2, -1], 1, 1],
      [[1, 1], 1, 1],
      [[1.5, 0], 0, 1],
    ])
    const model = logistic(rows, Uint32Array.of(0, 1, 2, 3), { l2: 1, most: 30 })
    const told = [0, 1, 2, 3].map(row =>
      probability(
        model,
        rows.features.map(values => values[row]!),
      ),
    )
    expect([...probabilities(model, rows.features)]).toEqual(told)
  })
})

const lossAt = (rows: readonly Row[], [intercept, ...coefficients]: readonly number[], l2: number): number =>
  rows.reduce(
    (sum, [x, label, weight]) => {
      const score = x.reduce((score, value, i) => score + value * coefficients[i]!, intercept!)
      return sum - weight * Math.log(label === 1 ? 1 / (1 + Math.exp(-score)) : 1 / (1 + Math.exp(score)))
    },
    (l2 / 2) * coefficients.reduce((sum, x) => sum + x * x, 0),
  )
