import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { supertrendStep } from './supertrend.ts'

describe('supertrend', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('supertrend(3, 2)', run(supertrendStep({ length: 3, multiplier: 2 }), bars))).toBeLessThan(1e-13)
  })

  it('is the price on a flat market', () => {
    const bar = { high: 5, low: 5, close: 5 }
    expect(run(supertrendStep({ length: 1, multiplier: 2 }), [bar, bar])).toEqual([{ stop: 5, direction: -1 }])
  })

  it('refuses a length that is no whole number of bars, and a stop at the price', () => {
    expect(() => supertrendStep({ length: 0, multiplier: 2 })).toThrow('at least 1, found 0')
    expect(() => supertrendStep({ length: 2, multiplier: 0 })).toThrow('above 0, found 0')
  })
})
