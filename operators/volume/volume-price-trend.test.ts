import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { volumePriceTrendStep } from './volume-price-trend.ts'

describe('volumePriceTrend', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('volumePriceTrend', run(volumePriceTrendStep(), bars))).toBeLessThan(1e-14)
  })

  it('stays on a flat market, and where nothing is traded', () => {
    const bar = (close: number, volume: number) => ({ close, volume })
    expect(run(volumePriceTrendStep(), [bar(4, 1), bar(5, 4), bar(5, 9), bar(9, 0)])).toEqual([1, 1, 1])
  })
})
