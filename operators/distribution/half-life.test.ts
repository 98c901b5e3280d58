import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { halfLifeStep } from './half-life.ts'

// Whole numbers, as the independent computation has them: near phi = 1 the last digit of a price is seen.
const cents = closes.map(price => Math.round(price * 100))

describe('halfLife', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('halfLife(8)', run(halfLifeStep({ length: 8 }), cents))).toBeLessThan(1e-12)
  })

  it('finds the half-life that a series was made with', () => {
    const phi = 0.5 ** (1 / 7)
    const [value] = run(
      halfLifeStep({ length: 12 }),
      Array.from({ length: 12 }, (_, i) => 3 + phi ** i),
    )
    expect(value).toBeCloseTo(7, 9)
  })

  it('is silent on a flat market, on a trend and where each input turns', () => {
    for (const inputs of [
      [5, 5, 5, 5],
      [1, 2, 4, 8],
      [1, -1, 1, -1],
    ])
      expect(run(halfLifeStep({ length: 4 }), inputs)).toEqual([])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [3, 4.5]) expect(() => halfLifeStep({ length })).toThrow(`at least 4, found ${length}`)
  })
})
