import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { fractalDimensionStep } from './fractal-dimension.ts'

describe('fractalDimension', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('fractalDimension(8)', run(fractalDimensionStep({ length: 8 }), bars))).toBeLessThan(1e-12)
  })

  it('is silent while a half of the window has no range', () => {
    const bar = (high: number) => ({ high, low: 1 })
    expect(run(fractalDimensionStep({ length: 4 }), [1, 1, 2, 3, 2].map(bar))).toHaveLength(1)
  })

  it('refuses a length that is odd or too short', () => {
    expect(() => fractalDimensionStep({ length: 5 })).toThrow('length is even, found 5')
    expect(() => fractalDimensionStep({ length: 2 })).toThrow('at least 4, found 2')
  })
})
