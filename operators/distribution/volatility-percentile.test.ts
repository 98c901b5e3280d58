import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { volatilityPercentileStep } from './volatility-percentile.ts'

describe('volatilityPercentile', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('volatilityPercentile(4, 6)', run(volatilityPercentileStep({ length: 4, among: 6 }), closes)),
    ).toBeLessThan(1e-12)
  })

  it('is in the middle on a flat market', () => {
    expect(run(volatilityPercentileStep({ length: 2, among: 2 }), [5, 5, 5, 5])).toEqual([0.5])
  })

  it('refuses options that are no whole numbers of inputs', () => {
    expect(() => volatilityPercentileStep({ length: 1, among: 1 })).toThrow(
      'length is an integer of at least 2, found 1',
    )
    expect(() => volatilityPercentileStep({ length: 2, among: 0 })).toThrow(
      'among is an integer of at least 1, found 0',
    )
  })
})
