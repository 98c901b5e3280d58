import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { higuchiDimensionStep } from './higuchi-dimension.ts'

describe('higuchiDimension', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('higuchiDimension(20, 4)', run(higuchiDimensionStep({ length: 20, intervals: 4 }), closes)),
    ).toBeLessThan(1e-12)
  })

  it('is 1 on a straight line', () => {
    expect(run(higuchiDimensionStep({ length: 9, intervals: 3 }), [1, 2, 3, 4, 5, 6, 7, 8, 9])[0]).toBeCloseTo(1, 12)
  })

  it('is silent on a flat market', () => {
    expect(run(higuchiDimensionStep({ length: 4, intervals: 2 }), [5, 5, 5, 5, 5])).toEqual([])
  })

  it('refuses a window that is too short for its steps', () => {
    expect(() => higuchiDimensionStep({ length: 7, intervals: 4 })).toThrow(
      'length is an integer of at least 8, found 7',
    )
    expect(() => higuchiDimensionStep({ length: 7, intervals: 1 })).toThrow('intervals is an integer of at least 2')
  })
})
