import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { elderRayStep } from './elder-ray.ts'

describe('elderRay', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('elderRay(5)', run(elderRayStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market', () => {
    const flat = { high: 0.1, low: 0.1, close: 0.1 }
    expect(run(elderRayStep({ length: 3 }), [flat, flat, flat])).toEqual([{ bull: 0, bear: 0 }])
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => elderRayStep({ length })).toThrow(`length is an integer of at least 1, found ${length}`)
  })
})
