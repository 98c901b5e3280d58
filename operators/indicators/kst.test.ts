import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { kstStep } from './kst.ts'

describe('kst', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('kst([2, 4, 6], [3, 3, 5], 4)', run(kstStep({ lags: [2, 4, 6], lengths: [3, 3, 5], signal: 4 }), closes)),
    ).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market', () => {
    expect(run(kstStep({ lags: [1], lengths: [1], signal: 2 }), [0.1, 0.1, 0.1])).toEqual([{ kst: 0, signal: 0 }])
  })

  it('refuses lags without a length, and what is no whole number', () => {
    expect(() => kstStep({ lags: [1, 2], lengths: [1], signal: 1 })).toThrow('2 lengths for as many lags, found 1')
    expect(() => kstStep({ lags: [0.5], lengths: [1], signal: 1 })).toThrow(
      'lag is an integer of at least 1, found 0.5',
    )
    expect(() => kstStep({ lags: [], lengths: [], signal: 1 })).toThrow('lags is an integer of at least 1, found 0')
  })
})
