import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { smaStep } from './sma.ts'

const prices = [
  100.05, 100.11, 100.34, 100.55, 100.57, 100.87, 100.63, 100.56, 100.54, 100.82, 100.88, 101.08, 101.17, 101.38, 101.3,
  101.46, 101.58, 101.38,
]
// Exact fractions, by the definition on each window, in Python.
const golden = [
  100.324, 100.488, 100.592, 100.636, 100.634, 100.684, 100.686, 100.776, 100.898, 101.066, 101.162, 101.278, 101.378,
  101.42,
]

describe('sma', () => {
  it('gives the values of an independent computation', () => {
    const values = run(smaStep({ length: 5 }), prices)
    expect(values.length).toBe(golden.length)
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(golden[index]!, 9)
  })

  it('is the price on a flat market, to the bit', () => {
    expect(run(smaStep({ length: 3 }), [0.1, 0.1, 0.1, 0.1, 0.1])).toEqual([0.1, 0.1, 0.1])
  })

  it('keeps the digits of small moves at a large price', () => {
    const large = run(
      smaStep({ length: 5 }),
      prices.map(price => price + 1e9),
    )
    for (const [index, value] of large.entries()) expect(value - 1e9).toBeCloseTo(golden[index]!, 6)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 1.5, -3, Number.NaN])
      expect(() => smaStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
