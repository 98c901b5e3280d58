import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { yangZhangStep } from './yang-zhang.ts'

describe('yangZhang', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('yangZhang(5)', run(yangZhangStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('is exactly 0 while the window is flat, and sees a gap between flat bars', () => {
    const bar = (price: number) => ({ open: price, high: price, low: price, close: price })
    const values = run(yangZhangStep({ length: 2 }), [5, 5, 5, 6, 6, 6].map(bar))
    expect(values.map(value => value === 0)).toEqual([true, false, false, true])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [1, 2.5, Number.NaN])
      expect(() => yangZhangStep({ length })).toThrow(`at least 2, found ${length}`)
  })
})
