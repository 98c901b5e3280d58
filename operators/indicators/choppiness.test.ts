import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { choppinessStep } from './choppiness.ts'

describe('choppiness', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('choppiness(5)', run(choppinessStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('is 0 in a straight line, and has no value without a range', () => {
    const bar = (low: number, high: number) => ({ low, high, close: high })
    expect(run(choppinessStep({ length: 2 }), [bar(1, 2), bar(2, 3), bar(3, 5)])).toEqual([0])
    expect(
      run(
        choppinessStep({ length: 2 }),
        [3, 3, 3, 3].map(price => bar(price, price)),
      ),
    ).toEqual([])
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [1, 2.5, Number.NaN])
      expect(() => choppinessStep({ length })).toThrow(`length is an integer of at least 2, found ${length}`)
  })
})
