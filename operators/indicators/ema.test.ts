import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { emaStep } from './ema.ts'

const prices = [
  100.05, 100.11, 100.34, 100.55, 100.57, 100.87, 100.63, 100.56, 100.54, 100.82, 100.88, 101.08, 101.17, 101.38, 101.3,
  101.46, 101.58, 101.38,
]
// Exact fractions in Python: the mean of the first five, then m + 2 / 6 * (x - m).
const golden = [
  100.324, 100.506, 100.5473333333, 100.5515555556, 100.5477037037, 100.6384691358, 100.7189794239, 100.8393196159,
  100.9495464106, 101.0930309404, 101.1620206269, 101.2613470846, 101.3675647231, 101.3717098154,
]

describe('ema', () => {
  it('gives the values of an independent computation', () => {
    const values = run(emaStep({ length: 5 }), prices)
    expect(values.length).toBe(golden.length)
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(golden[index]!, 9)
  })

  it('starts from the first input where that is asked for, and is silent as long', () => {
    // 1, 1 + (3 - 1) / 2, 2 + (5 - 2) / 2, 3.5 + (1 - 3.5) / 2, by hand.
    expect(run(emaStep({ length: 3, seed: 'first' }), [1, 3, 5, 1])).toEqual([3.5, 2.25])
  })

  it('is the price on a flat market, to the bit', () => {
    expect(run(emaStep({ length: 3 }), [0.1, 0.1, 0.1, 0.1, 0.1])).toEqual([0.1, 0.1, 0.1])
  })

  it('is the input at length 1', () => {
    expect(run(emaStep({ length: 1 }), prices)).toEqual(prices)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 1.5, -3, Number.NaN])
      expect(() => emaStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
