import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { stdevStep } from './stdev.ts'

const prices = [
  100.05, 100.11, 100.34, 100.55, 100.57, 100.87, 100.63, 100.56, 100.54, 100.82, 100.88, 101.08, 101.17, 101.38, 101.3,
  101.46, 101.58, 101.38,
]
// Exact fractions, by the definition on each window, in Python.
const golden = [
  0.2412053067, 0.2834078333, 0.1900526243, 0.1344618905, 0.1361249426, 0.1517563837, 0.1548547707, 0.2277718156,
  0.2458048006, 0.2262299715, 0.1954993606, 0.1540129865, 0.155627761, 0.1058300524,
]

describe('stdev', () => {
  it('gives the values of an independent computation', () => {
    const values = run(stdevStep({ length: 5 }), prices)
    expect(values.length).toBe(golden.length)
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(golden[index]!, 9)
  })

  it('is exactly 0 while the window is flat, also behind a large move', () => {
    expect(run(stdevStep({ length: 3 }), [1e9, 0.1, 0.1, 0.1, 0.1]).slice(1)).toEqual([0, 0])
  })

  it('keeps the digits of small moves at a large price', () => {
    // Whole multiples of 2^-13 stay exact at 1e9, so nothing may be lost.
    const moves = prices.map(price => Math.round(price * 8192) / 8192)
    const large = run(
      stdevStep({ length: 5 }),
      moves.map(move => move + 1e9),
    )
    for (const [index, value] of run(stdevStep({ length: 5 }), moves).entries())
      expect(large[index]).toBeCloseTo(value, 12)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [1, 2.5, -3, Number.NaN])
      expect(() => stdevStep({ length })).toThrow(`at least 2, found ${length}`)
  })
})
