import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import type { Split } from '../validation/rows.ts'
import { testedRanges } from '../validation/tested.ts'
import { fitRow, fitScaler, scalerFit, scalerOf } from './fit-scaler.ts'
import { addNumber, quantiles, quantilesAt, rankError } from './quantiles.ts'
import { scaled, scaledStep } from './scaled.ts'
import { readScaler, type Scaling, scale, scaleColumns } from './scaler.ts'
import { scalingsOf } from './scalings-of.ts'

const schema = 'a1'

/** Rows one microsecond apart whose labels are known at once. */
const rowsOf = (...features: readonly number[][]) => {
  const times = features[0]!.map((_, row) => row)
  return {
    names: features.map((_, i) => `f${i}`),
    features: features.map(values => Float32Array.from(values)),
    spans: { from: times, until: times },
  }
}

const all = (count: number): Split => ({
  train: Uint32Array.from({ length: count }, (_, i) => i),
  test: new Uint32Array(),
})

const fitOne = (values: readonly number[], scaling: Scaling, split: Split = all(values.length)) =>
  fitScaler(rowsOf([...values]), split, { schema, scalings: { f0: scaling } })

const numbers = fc.array(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 2, maxLength: 200 })

const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, check), { seed: 5, numRuns: 200 })

describe('fitScaler', () => {
  it('standard is the mean and the deviation of all rows, found in two passes', () =>
    holds(numbers, values => {
      const snapped = values.map(Math.fround)
      const mean = snapped.reduce((sum, x) => sum + x, 0) / snapped.length
      const deviation = Math.sqrt(snapped.reduce((sum, x) => sum + (x - mean) ** 2, 0) / snapped.length)
      const { centre, width } = fitOne(values, 'standard').columns[0]!
      const size = Math.max(...snapped.map(Math.abs), 1e-30)
      expect(Math.abs(centre - mean) / size).toBeLessThan(1e-12)
      expect(Math.abs(width - deviation) / size).toBeLessThan(1e-12)
    }))

  it('keeps small moves at a large level', () => {
    const { centre, width } = fitOne([16_000_000, 16_000_001, 16_000_002], 'standard').columns[0]!
    expect([centre, width]).toEqual([16_000_001, Math.sqrt(2 / 3)])
  })

  it('robust is the median and the middle half; one wild row does not move it', () => {
    const { centre, width } = fitOne([1, 2, 3, 4, 1e9], 'robust').columns[0]!
    expect(centre).toBe(3)
    expect(width).toBeCloseTo(2 / 1.349, 4)
  })

  it('range clips what the training has not seen', () => {
    const scaler = fitOne([2, 4, 6, 100], 'range', { train: Uint32Array.of(0, 1, 2), test: Uint32Array.of(3) })
    const [values] = scaleColumns(scaler, [Float32Array.of(0, 3, 6, 100)])
    expect([...values!]).toEqual([0, 0.25, 1, 1])
  })

  it('a scaled training range has the mean 0 and the deviation 1', () =>
    holds(numbers, values => {
      const rows = rowsOf(values)
      const scaler = fitOne(values, 'standard')
      const [scaled] = scaleColumns(scaler, rows.features)
      const isFlat = scaler.columns[0]!.width === 0
      const square = scaled!.reduce((sum, x) => sum + x * x, 0) / values.length
      expect(square).toBeCloseTo(isFlat ? 0 : 1, 4)
    }))

  it('is the same whatever the rows of the test hold', () =>
    holds(fc.tuple(numbers, numbers), ([train, test]) => {
      const split = {
        train: Uint32Array.from(train.keys()),
        test: Uint32Array.from(test.keys(), row => row + train.length),
      }
      const scalings = ['standard', 'range'] as const
      for (const scaling of scalings)
        expect(fitOne([...train, ...test], scaling, split).columns).toEqual(fitOne(train, scaling).columns)
    }))

  it('refuses a training row that meets a test, and says which', () => {
    const rows = { ...rowsOf([1, 2, 3, 4]), spans: { from: [0, 1, 2, 3], until: [0, 2, 2, 3] } }
    const fit = () =>
      fitScaler(
        rows,
        { train: Uint32Array.of(0, 1), test: Uint32Array.of(2, 3) },
        { schema, scalings: { f0: 'range' } },
      )
    expect(fit).toThrow('a scaler is fitted on training rows alone: row 1, from 1 until 2, meets a test')
    expect(fit).toThrow(expect.objectContaining({ code: 'MODEL_LEAK' }))
  })

  it('a feature that did not move gives 0, also when it moves later', () => {
    for (const scaling of ['standard', 'robust', 'range'] as const)
      expect([...scale(fitOne([7, 7, 7], scaling), [9], new Float32Array(1))]).toEqual([0])
  })

  it('refuses what has no scale, no row, or is no number, with its place', () => {
    expect(() => fitOne([0, 0, 0, 0, 0, 5], 'robust')).toThrow('the middle half of f0 is 0')
    expect(() => fitOne([], 'standard')).toThrow('at least one row')
    expect(() => fitOne([1, Number.NaN], 'standard')).toThrow('found NaN for f0 in row 1')
    expect(() => scale(fitOne([1, 2], 'none'), [Infinity], new Float32Array(1))).toThrow('found Infinity for f0')
    const narrow = fitOne([0, 1e-30], 'standard')
    expect(() => scale(narrow, [1e38], new Float32Array(1))).toThrow('f0 as float32')
    expect(() => fitOne([1, Number.NaN], 'standard')).toThrow(expect.objectContaining({ code: 'MODEL_ROWS' }))
  })
})

describe('a stored scaler', () => {
  const scalings = { f0: 'standard', f1: 'robust', f2: 'range', f3: 'none' } as const
  const fitted = (values: readonly number[]) => {
    const fit = scalerFit({ schema, scalings, tests: [] })
    for (const [at, x] of values.entries()) fitRow(fit, { from: at, until: at }, [x, x + at, x, x])
    return scalerOf(fit)
  }

  it('comes back from JSON bit for bit, and scales alike: one vector or a column', () =>
    holds(numbers, values => {
      const snapped = values.map(Math.fround)
      const scaler = fitted(snapped)
      const again = readScaler(JSON.stringify(scaler), schema)
      expect(again).toStrictEqual(scaler)
      const columns = scaleColumns(
        again,
        [0, 1, 2, 3].map(() => Float32Array.from(snapped)),
      )
      for (const [row, x] of snapped.entries()) {
        const one = scale(scaler, [x, x, x, x], new Float32Array(4))
        expect([...one]).toEqual(columns.map(column => column[row]))
      }
    }))

  it('refuses another feature set, and what is no scaler', () => {
    const json = JSON.stringify(fitted([1, 2, 3, 4]))
    expect(() => readScaler(json, 'b2')).toThrow('the scaler is of feature set a1, this one is b2')
    expect(() => readScaler(json.replace('"width"', '"wide"'), schema)).toThrow('expected the JSON of a scaler')
    expect(() => readScaler(json.replace('"rows":4', '"rows":null'), schema)).toThrow('expected the JSON of a scaler')
    for (const text of ['null', '', '{"schema":"a1"}', '{"schema":"a1","trained":null}'])
      expect(() => readScaler(text, schema)).toThrow('expected the JSON of a scaler')
    expect(() => readScaler('null', schema)).toThrow(expect.objectContaining({ code: 'MODEL_SCHEMA' }))
  })

  it('serves what it trained on, bit for bit, and no other set', () => {
    const scaler = fitted([1, 2, 5, 9])
    const vectors = [3, -7.25, 1e5].map((x, at) => ({ at: at as Micros, values: Float32Array.of(x, x / 3, x, x) }))
    const rows = [0, 1, 2, 3].map(i => Float32Array.from(vectors, ({ values }) => values[i]!))
    const columns = scaleColumns(scaler, rows)
    const served = run(scaledStep(readScaler(JSON.stringify(scaler), schema), schema), vectors)
    expect(served.map(({ at }) => at)).toEqual([0, 1, 2])
    for (const [row, { values }] of served.entries()) expect([...values]).toEqual(columns.map(column => column[row]))
    expect(() => scaled(scaler, 'b2')).toThrow(expect.objectContaining({ code: 'MODEL_SCHEMA' }))
    expect(scaledStep(fitted([1, 2]), schema).name).not.toBe(scaledStep(fitted([1, 3]), schema).name)
  })

  it('knows what it was fitted on, and which tests lie within', () => {
    const tests = [
      { from: 2, until: 3 },
      { from: 90, until: 99 },
    ]
    const fit = scalerFit({ schema, scalings: { f0: 'none' }, tests })
    for (const from of [1, 4]) fitRow(fit, { from, until: from }, [0])
    const { trained, tests: within } = scalerOf(fit)
    expect({ trained, within }).toEqual({ trained: { from: 1, until: 4, rows: 2 }, within: [tests[0]] })
  })
})

describe('quantiles', () => {
  it('are off by no more ranks than they say, in any order of the numbers', () =>
    holds(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 600 }), values => {
      const stream = quantiles(16)
      for (const x of values) addNumber(stream, x)
      const error = rankError(stream)
      for (const share of [0, 0.1, 0.25, 0.5, 0.75, 1]) {
        const rank = share * (values.length - 1)
        const [found] = quantilesAt(stream, [share]) as [number]
        // Between neighbours it stands on a line, so one rank on each side is due to it.
        expect(values.filter(x => x < found).length).toBeLessThanOrEqual(rank + error + 1)
        expect(values.filter(x => x <= found).length).toBeGreaterThanOrEqual(rank - error)
      }
    }))

  it('are exact while all numbers are kept, and of a million off by less than 0.2 % of the ranks', () => {
    const stream = quantiles(4096)
    for (let i = 0; i < 4096; i++) addNumber(stream, (i * 1597) % 4096)
    expect([rankError(stream), ...quantilesAt(stream, [0.25, 0.5])]).toEqual([0, 1023.75, 2047.5])
    for (let i = 4096; i < 1_000_000; i++) addNumber(stream, (i * 1597) % 1_000_003)
    expect(rankError(stream) / 1_000_000).toBeLessThan(0.002)
    expect(Math.abs(quantilesAt(stream, [0.5])[0]! - 500_000)).toBeLessThan(10_000)
  })
})

describe('scalingsOf', () => {
  it('leaves sines, shares and signs as they are, and scales what only looks like one', () => {
    const left = ['-1..1, UTC', '0..1', '0..1, of 252 bars', '0 or 1', '1 or -1', '-1, 0 or 1, of the newest']
    const scaledUnits = [
      '0..100',
      '-100..0',
      '1..2',
      '1 for a random walk',
      '0 at the swing low, 1 at the high',
      'share',
    ]
    const of = (units: readonly string[]) =>
      Object.values(
        scalingsOf(
          units.map(unit => ({ name: unit, unit })),
          'robust',
        ),
      )
    expect(new Set(of(left))).toEqual(new Set(['none']))
    expect(new Set(of(scaledUnits))).toEqual(new Set(['robust']))
  })
})

describe('testedRanges', () => {
  it('covers each tested row and its label, and is in order', () => {
    const spans = { from: [0, 2, 4, 9, 12], until: [3, 5, 4, 20, 12] }
    expect(testedRanges(spans, Uint32Array.of(4, 0, 1))).toEqual([
      { from: 0, until: 5 },
      { from: 12, until: 12 },
    ])
    expect(testedRanges(spans, Uint32Array.of(3, 4))).toEqual([{ from: 9, until: 20 }])
  })
})
