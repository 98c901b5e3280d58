import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { fairValueGapStep } from './fair-value-gap.ts'

describe('fairValueGap', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('fairValueGap(5)', run(fairValueGapStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('finds none on a flat market', () => {
    const bar = { high: 5, low: 5, close: 5 }
    expect(run(fairValueGapStep({ length: 2 }), [bar, bar, bar])).toEqual([{ direction: 0, size: 0 }])
  })

  it('refuses a length that is no whole number of bars', () => {
    for (const length of [1, 2.5]) expect(() => fairValueGapStep({ length })).toThrow(`found ${length}`)
  })
})
