import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { vortexStep } from './vortex.ts'

describe('vortex', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('vortex(5)', run(vortexStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('has no value on a flat market', () => {
    const flat = { high: 0.1, low: 0.1, close: 0.1 }
    expect(run(vortexStep({ length: 2 }), [flat, flat, flat, flat])).toEqual([])
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => vortexStep({ length })).toThrow(`length is an integer of at least 1, found ${length}`)
  })
})
