import { describe, expect, it } from 'vitest'
import { chanceOf } from '../chance.ts'
import type { Fit } from '../fit.ts'
import { logistic, probabilities } from '../linear/logistic.ts'
import { scaledLogistic } from '../linear/scaled-logistic.ts'
import { type Rows, upOrDown } from '../rows.ts'
import { fitScaler } from '../scaling/fit-scaler.ts'
import { scaleColumns } from '../scaling/scaler.ts'
import { purgedKFold } from '../validation/purged-k-fold.ts'
import type { Split } from '../validation/rows.ts'
import { timeOrdered } from '../validation/time-ordered.ts'
import { walkForward } from '../validation/walk-forward.ts'
import { accuracyOf } from './accuracy.ts'
import { leakReport, type Suspect } from './leak-report.ts'
import { lookAhead } from './look-ahead.ts'

const LIFE = 5
const COUNT = 2000

const series = (count: number, next: (row: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => next(i))

/** A walk, three features of its past, and whether it has risen so many steps later. */
const walk = (seed: number, more: (steps: readonly number[], row: number) => number, life: number = LIFE): Rows => {
  const chance = chanceOf(seed)
  const steps = series(COUNT + 2 * LIFE, () => chance() + chance() + chance() - 1.5)
  const sum = (from: number, to: number): number => steps.slice(from, to).reduce((sum, x) => sum + x, 0)
  const rows = series(COUNT, row => row + LIFE)
  const features = [rows.map(row => steps[row - 1]!), rows.map(row => sum(row - 5, row)), rows.map(() => chance())]
  return upOrDown({
    names: ['last', 'momentum', 'noise', 'planted'],
    features: [...features, rows.map(row => more(steps, row))].map(values => Float32Array.from(values)),
    labels: Float64Array.from(rows, row => sum(row, row + life)),
    weights: new Float64Array(COUNT).fill(1),
    spans: { from: rows, until: rows.map(row => row + life) },
  })
}

const past = (steps: readonly number[], row: number): number => steps[row - 2]!

const schema = 'a1'
const scalings = { last: 'standard', momentum: 'robust', noise: 'none', planted: 'standard' } as const
const baseline = (rows: Rows): Fit => scaledLogistic(rows, { schema, scalings, l2: 1, most: 50 })
const options = { believable: 0.5, deviations: 3, groups: [[0, 1], [2], [3]], block: 20, seed: 1 }
const foldsOf = ({ spans }: Rows): readonly Split[] => purgedKFold(spans, { folds: 4, embargoUs: 0 })

const typesOf = (suspects: readonly Suspect[]): string[] =>
  suspects.map(({ type, features }) => [type, ...features].join(' '))

describe('leakReport', () => {
  it('finds nothing in what knows the past alone', () => {
    for (let seed = 0; seed < 5; seed++) {
      const rows = walk(seed, past)
      const { accuracy, suspects } = leakReport(rows, foldsOf(rows), baseline(rows), options)
      expect(suspects).toEqual([])
      // Labels of five steps, one a step: a fifth of the rows are worth a row.
      expect(accuracy.effective).toBeGreaterThan(COUNT / LIFE)
      expect(accuracy.effective).toBeLessThan(COUNT / LIFE + 3)
    }
  })

  it('names a feature that holds a step of the future', () => {
    const rows = walk(1, (steps, row) => steps[row]!)
    const { accuracy, suspects } = leakReport(rows, foldsOf(rows), baseline(rows), options)
    expect(typesOf(suspects)).toEqual(['accuracy', 'concentrated planted', 'information planted'])
    expect(suspects[0]!.by).toBeCloseTo(accuracy.accuracy - accuracy.high, 12)
    expect(suspects[1]!.by).toBeGreaterThan(0.9)
    expect(suspects[1]!.reason).toBe('planted has 1 of the importance, at an accuracy of 0.651')
  })

  it('names one that the model cannot use: what comes as a size', () => {
    const future = (steps: readonly number[], row: number) =>
      Math.abs(steps.slice(row, row + LIFE).reduce((sum, x) => sum + x, 0) - 0.6)
    const rows = walk(2, future)
    const { suspects } = leakReport(
      rows,
      foldsOf(rows),
      () => ({ scaler: null, predict: ([a]) => new Float64Array(a!.length) }),
      options,
    )
    expect(typesOf(suspects)).toEqual(['information planted'])
  })

  it('reports a split that does not purge, and goes on with what purging leaves', () => {
    const rows = walk(3, past)
    const all = Uint32Array.from(rows.labels.keys())
    const splits = foldsOf(rows).map(({ test }) => ({ test, train: all.filter(row => !test.includes(row)) }))
    const { suspects } = leakReport(rows, splits, baseline(rows), options)
    expect(suspects.map(({ type, reason }) => [type, reason.replaceAll(/\d+/g, 'n')])).toEqual(
      splits.map(() => ['overlap', 'n of n training labels of split n meet its test']),
    )
    // Inside there is a border on two sides.
    expect(suspects.map(({ by }, i) => Math.round(by * splits[i]!.train.length))).toEqual([5, 10, 10, 5])
  })

  it('reports a scaler that was fitted on everything, and the feature it moved most', () => {
    // A feature whose level is another one in the last quarter.
    const rows = walk(4, (_, row) => (row < COUNT * 0.75 ? row % 3 : 30 + (row % 3)))
    const all = Uint32Array.from(rows.labels.keys())
    const scaler = fitScaler(rows, { train: all, test: new Uint32Array() }, { schema, scalings })
    const fitOn: Fit = split => {
      const model = logistic({ ...rows, features: scaleColumns(scaler, rows.features) }, split.train, {
        l2: 1,
        most: 50,
      })
      return { scaler, predict: features => probabilities(model, scaleColumns(scaler, features)) }
    }
    const { suspects } = leakReport(rows, foldsOf(rows), fitOn, options)
    expect(typesOf(suspects)).toEqual(series(4, i => i).map(() => 'scaler planted'))
    // Of 0, 1 and 2 the mean is 1 and the deviation 0.816; with the last quarter they are 8.5 and 13.
    expect(suspects[3]!.by).toBeCloseTo((7.5 + 12.2) / 0.816, 0)
    expect(suspects[3]!.reason).toMatch(
      /^the scaler of split 3 was fitted on its test too: planted moved by 24.* of its width$/,
    )
  })

  it('a scaler of the training rows is none, in front of the test, around it and behind', () => {
    const rows = walk(5, past)
    const [train, test] = timeOrdered(rows.spans, { shares: [0.7, 0.3], gapUs: 0 })
    const splits = [...foldsOf(rows), { train: train!, test: test! }]
    expect(leakReport(rows, splits, baseline(rows), options).suspects).toEqual([])
  })

  it('takes splits that walk on to a short end', () => {
    const rows = walk(6, past)
    const splits = walkForward(rows.spans, { mode: 'rolling', trainUs: 900, testUs: 530, gapUs: 0 })
    expect(splits.map(({ test }) => test.length)).toEqual([530, 530, 40])
    expect(leakReport(rows, splits, baseline(rows), options).suspects).toEqual([])
  })

  it('believes what it is told to believe', () => {
    const rows = walk(1, (steps, row) => steps[row]!)
    expect(leakReport(rows, foldsOf(rows), baseline(rows), { ...options, believable: 0.7 }).suspects).toEqual([])
  })
})

describe('accuracyOf', () => {
  const forward = ({ spans }: Rows): readonly Split[] =>
    walkForward(spans, { mode: 'anchored', trainUs: 500, testUs: 300, gapUs: 0 })

  it.each([
    ['folds, labels one behind the other', foldsOf, 1],
    ['folds, labels that overlap', foldsOf, LIFE],
    ['walking forward, labels one behind the other', forward, 1],
    ['walking forward, labels that overlap', forward, LIFE],
  ] as const)('its interval is not narrower than chance, nor much wider: %s', (_name, splitsOf, life) => {
    const z = series(50, seed => {
      const rows = walk(100 + seed, past, life)
      const { accuracy, high } = accuracyOf(rows, splitsOf(rows), baseline(rows), { expected: 0.5, deviations: 1 })
      return (accuracy - 0.5) / (high - 0.5)
    })
    const mean = z.reduce((sum, x) => sum + x, 0) / z.length
    const deviation = Math.sqrt(z.reduce((sum, x) => sum + x * x, 0) / z.length)
    expect(Math.abs(mean)).toBeLessThan(0.3)
    expect(deviation).toBeGreaterThan(0.6)
    expect(deviation).toBeLessThan(1.15)
  })

  it('finds a signal at the accuracy that it has', () => {
    // A sum of four steps to come and one that is known: the known one tells the sign of the sum as often as this.
    const told = 0.5 + Math.asin(Math.sqrt(1 / LIFE)) / Math.PI
    const rows = walk(7, (steps, row) => steps[row]!)
    const { accuracy, low, high } = accuracyOf(rows, foldsOf(rows), baseline(rows), { expected: told, deviations: 3 })
    expect(accuracy).toBeGreaterThan(low)
    expect(accuracy).toBeLessThan(high)
    expect(low).toBeGreaterThan(0.5)
  })

  it('half of a row that no side is told of; no row has no accuracy', () => {
    const rows = walk(1, past)
    const even: Fit = () => ({ scaler: null, predict: ([a]) => new Float64Array(a!.length).fill(0.5) })
    expect(accuracyOf(rows, foldsOf(rows), even, { expected: 0.5, deviations: 1 }).accuracy).toBe(0.5)
    const broken: Fit = () => ({ scaler: null, predict: ([a]) => new Float64Array(a!.length).fill(Number.NaN) })
    const ask = () => accuracyOf(rows, foldsOf(rows), broken, { expected: 0.5, deviations: 1 })
    expect(ask).toThrow('found NaN for the prediction in row 0')
    expect(() => accuracyOf(rows, [], even, { expected: 0.5, deviations: 1 })).toThrow('at least one tested row')
  })

  it('a row that is tested twice is worth one', () => {
    const rows = walk(1, past)
    const [once, twice] = [1, 2].map(times =>
      accuracyOf(
        rows,
        series(times, i => i).flatMap(() => foldsOf(rows)),
        baseline(rows),
        { expected: 0.5, deviations: 1 },
      ),
    )
    expect(twice).toEqual(once)
  })
})

describe('lookAhead', () => {
  const inputs = series(50, i => Math.sin(i) + i / 9)
  const at = (count: number) => Float64Array.from(inputs.slice(0, count).keys())

  it('clears what is made of the past', () => {
    const make = (count: number) => ({
      now: count - 1,
      at: at(count),
      features: [Float32Array.from(inputs.slice(0, count))],
    })
    expect(lookAhead(['price'], make, [1, 10, 49, 50])).toEqual([])
  })

  it('names each feature that the future changes, and by how much at most', () => {
    const make = (count: number) => {
      const seen = inputs.slice(0, count)
      const mean = seen.reduce((sum, x) => sum + x, 0) / count
      const columns = [seen, seen.map(x => x - mean), seen.map((_, i) => seen[Math.min(i + 1, count - 1)]!)]
      return { now: count - 1, at: at(count), features: columns.map(values => Float32Array.from(values)) }
    }
    const suspects = lookAhead(['price', 'centred', 'next'], make, [10, 30, 50])
    expect(typesOf(suspects)).toEqual(['look-ahead centred', 'look-ahead next'])
    expect(suspects[0]!.by).toBeCloseTo(
      inputs.reduce((sum, x) => sum + x, 0) / 50 - inputs.slice(0, 10).reduce((sum, x) => sum + x, 0) / 10,
      5,
    )
    expect(suspects[1]!.reason).toMatch(
      /^next of the vector at 9 is 1\.4.* when 10 inputs have come, and .* when 50 have$/,
    )
  })

  it('finds vectors that are written back to before they were known', () => {
    // A high that is stamped with its own time, three inputs before anybody knows that it is one.
    const make = (count: number) => {
      const known = Math.max(0, count - 3)
      return { now: count - 1, at: at(known), features: [Float32Array.from(inputs.slice(0, known))] }
    }
    expect(lookAhead(['swing'], make, [20, 50])).toEqual([
      { type: 'look-ahead', features: [], by: 3, reason: '17 vectors until 19 when 20 inputs had come, and 20 later' },
    ])
  })
})
