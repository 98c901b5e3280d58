import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { ewmaVolatilityStep } from './ewma-volatility.ts'

describe('ewmaVolatility', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('ewmaVolatility(0.9)', run(ewmaVolatilityStep({ decay: 0.9 }), closes))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market', () => {
    expect(run(ewmaVolatilityStep({ decay: 0.9 }), [5, 5, 5])).toEqual([0, 0])
  })

  it('refuses a decay that keeps all or nothing', () => {
    for (const decay of [0, 1, Number.NaN])
      expect(() => ewmaVolatilityStep({ decay })).toThrow(`below 1, found ${decay}`)
  })
})
