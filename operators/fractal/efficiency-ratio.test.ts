import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { efficiencyRatioStep } from './efficiency-ratio.ts'

describe('efficiencyRatio', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('efficiencyRatio(5)', run(efficiencyRatioStep({ length: 5 }), closes))).toBeLessThan(1e-12)
  })

  it('is silent on a flat market', () => {
    expect(run(efficiencyRatioStep({ length: 2 }), [0.1, 0.1, 0.1, 0.1])).toEqual([])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5]) expect(() => efficiencyRatioStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
