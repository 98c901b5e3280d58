import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { rsiStep } from './rsi.ts'

const prices = [
  100.05, 100.11, 100.34, 100.55, 100.57, 100.87, 100.63, 100.56, 100.54, 100.82, 100.88, 101.08, 101.17, 101.38, 101.3,
  101.46, 101.58, 101.38,
]
// Exact fractions, by Wilder's recipe, in Python.
const golden = [
  100.0, 73.2142857143, 66.7005592272, 64.6464646465, 77.0271351957, 78.9972465903, 84.5263728969, 86.5221955804,
  90.2064941226, 79.8166323536, 84.329033946, 87.0444751351, 63.9564126152,
]

describe('rsi', () => {
  it('gives the values of an independent computation', () => {
    const values = run(rsiStep({ length: 5 }), prices)
    expect(values.length).toBe(golden.length)
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(golden[index]!, 9)
  })

  it('is 50 on a flat market, 100 without losses, 0 without gains', () => {
    expect(run(rsiStep({ length: 2 }), [7, 7, 7, 7])).toEqual([50, 50])
    expect(run(rsiStep({ length: 2 }), [1, 2, 3, 4])).toEqual([100, 100])
    expect(run(rsiStep({ length: 2 }), [4, 3, 2, 1])).toEqual([0, 0])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 1.5, -3, Number.NaN])
      expect(() => rsiStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
