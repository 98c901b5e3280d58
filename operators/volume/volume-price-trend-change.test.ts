import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { volumePriceTrendChangeStep } from './volume-price-trend-change.ts'

describe('volumePriceTrendChange', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('volumePriceTrendChange(5)', run(volumePriceTrendChangeStep({ length: 5 }), bars))).toBeLessThan(
      1e-13,
    )
  })

  it('is 0 on a flat market, and silent where nothing is traded', () => {
    const bar = (close: number, volume: number) => ({ close, volume })
    expect(
      run(
        volumePriceTrendChangeStep({ length: 2 }),
        [1, 2, 3, 4].map(volume => bar(5, volume)),
      ),
    ).toEqual([0, 0])
    expect(
      run(
        volumePriceTrendChangeStep({ length: 2 }),
        [1, 2, 3, 4].map(close => bar(close, 0)),
      ),
    ).toEqual([])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => volumePriceTrendChangeStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
