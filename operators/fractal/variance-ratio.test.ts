import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { varianceRatioStep } from './variance-ratio.ts'

describe('varianceRatio', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('varianceRatio(12, 3)', run(varianceRatioStep({ length: 12, lag: 3 }), closes))).toBeLessThan(1e-12)
  })

  it('is silent on a flat market', () => {
    expect(run(varianceRatioStep({ length: 4, lag: 2 }), [5, 5, 5, 5, 5, 5])).toEqual([])
  })

  it('refuses a window that is not above the lag', () => {
    expect(() => varianceRatioStep({ length: 2, lag: 2 })).toThrow('length is above the lag 2, found 2')
    expect(() => varianceRatioStep({ length: 4, lag: 1 })).toThrow('lag is an integer of at least 2, found 1')
  })
})
