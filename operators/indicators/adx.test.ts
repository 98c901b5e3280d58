import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { adxStep } from './adx.ts'

const bars = (
  [
    [100.15, 99.88, 100.05],
    [100.22, 99.97, 100.11],
    [100.4, 100.05, 100.34],
    [100.6, 100.31, 100.55],
    [100.68, 100.48, 100.57],
    [100.92, 100.49, 100.87],
    [100.94, 100.61, 100.63],
    [100.72, 100.48, 100.56],
    [100.65, 100.47, 100.54],
    [100.93, 100.5, 100.82],
    [100.94, 100.72, 100.88],
    [101.08, 100.84, 101.08],
    [101.21, 101.0, 101.17],
    [101.42, 101.13, 101.38],
    [101.45, 101.18, 101.3],
    [101.48, 101.24, 101.46],
    [101.64, 101.35, 101.58],
    [101.68, 101.33, 101.38],
  ] as const
).map(([high, low, close]) => ({ high, low, close }))
// Exact fractions, by Wilder's recipe, in Python.
const golden = [
  77.8728884579, 77.1554439564, 77.793668006, 79.1486093081, 81.1662731882, 82.8907355634, 84.3932725503, 86.1450515993,
  87.6589924536,
]

describe('adx', () => {
  it('gives the values of an independent computation', () => {
    const values = run(adxStep({ length: 5 }), bars)
    expect(values.length).toBe(golden.length)
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(golden[index]!, 9)
  })

  it('is 0 on a flat market and 100 in a straight one', () => {
    const flat = { high: 5, low: 5, close: 5 }
    expect(run(adxStep({ length: 2 }), [flat, flat, flat, flat])).toEqual([0])
    const up = [1, 2, 3, 4, 5].map(price => ({ high: price + 1, low: price - 1, close: price }))
    expect(run(adxStep({ length: 2 }), up)).toEqual([100, 100])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [1, 2.5, -3, Number.NaN])
      expect(() => adxStep({ length })).toThrow(`at least 2, found ${length}`)
  })
})
