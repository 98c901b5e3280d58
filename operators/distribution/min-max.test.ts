import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { minMaxStep } from './min-max.ts'

describe('minMax', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('minMax(5)', run(minMaxStep({ length: 5 }), closes))).toBeLessThan(1e-12)
  })

  it('is silent on a flat market', () => {
    expect(run(minMaxStep({ length: 2 }), [0.1, 0.1, 0.1])).toEqual([])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [1, 2.5, Number.NaN])
      expect(() => minMaxStep({ length })).toThrow(`at least 2, found ${length}`)
  })
})
