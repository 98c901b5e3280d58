import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { massIndexStep } from './mass-index.ts'

describe('massIndex', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('massIndex(4, 5)', run(massIndexStep({ average: 4, length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('is its length while ranges stay the same, and has no value while there are none', () => {
    const bar = (range: number) => ({ high: 3 + range, low: 3 })
    const step = massIndexStep({ average: 2, length: 3 })
    expect(run(step, [2, 2, 2, 2, 2].map(bar))).toEqual([3])
    expect(run(step, [0, 0, 0, 0, 0, 0].map(bar))).toEqual([])
    expect(run(step, [1, 2, ...new Array<number>(2_000).fill(0)].map(bar)).length).toBeLessThan(1_000)
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => massIndexStep({ average: 4, length })).toThrow(`length is an integer of at least 1, found ${length}`)
  })
})
