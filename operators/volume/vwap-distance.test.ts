import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { vwapDistanceStep } from './vwap-distance.ts'

const hours = { zone: 'UTC', open: '22:30', close: '22:30', days: [1, 2, 3, 4, 5, 6, 7] }

describe('vwapDistance', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('vwapDistance from 22:30', run(vwapDistanceStep({ hours }), bars))).toBeLessThan(1e-13)
  })

  it('is 0 on a flat market, and silent while it is closed', () => {
    const bar = { ...bars[0]!, high: 0.1, low: 0.1, close: 0.1 }
    expect(run(vwapDistanceStep({ hours }), [bar, bar])).toEqual([0, 0])
    expect(run(vwapDistanceStep({ hours: { ...hours, days: [7] } }), bars)).toEqual([])
  })
})
