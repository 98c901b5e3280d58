import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { trueRangeStep } from './true-range.ts'

describe('trueRange', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('trueRange', run(trueRangeStep(), bars))).toBeLessThan(1e-12)
  })

  it('has the gap between two bars in it', () => {
    expect(
      run(
        trueRangeStep(),
        [10, 20, 5].map(price => ({ high: price + 1, low: price - 1, close: price })),
      ),
    ).toEqual([11, 16])
  })
})
