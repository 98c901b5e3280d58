import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { realisedVolatilityStep } from './realised-volatility.ts'

describe('realisedVolatility', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('realisedVolatility(5)', run(realisedVolatilityStep({ length: 5 }), closes))).toBeLessThan(1e-12)
  })

  it('is exactly 0 while the window is flat, also behind a large move', () => {
    expect(run(realisedVolatilityStep({ length: 3 }), [9, 0.1, 0.1, 0.1, 0.1]).slice(1)).toEqual([0])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => realisedVolatilityStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
