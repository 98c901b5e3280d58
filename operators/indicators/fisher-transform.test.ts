import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { fisherTransformStep } from './fisher-transform.ts'

describe('fisherTransform', () => {
  it('gives the values of an independent computation', () => {
    const medians = bars.map(({ high, low }) => (high + low) / 2)
    expect(errorOf('fisherTransform(6)', run(fisherTransformStep({ length: 6 }), medians))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market, and stays within its bound in a straight one', () => {
    const step = fisherTransformStep({ length: 2 })
    expect(run(step, [0.1, 0.1, 0.1])).toEqual([
      { fisher: 0, trigger: 0 },
      { fisher: 0, trigger: 0 },
    ])
    const { fisher } = run(
      step,
      Array.from({ length: 200 }, (_, i) => i),
    ).at(-1)!
    expect(fisher).toBeCloseTo(2 * Math.atanh(0.999), 12)
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [1, 2.5, Number.NaN])
      expect(() => fisherTransformStep({ length })).toThrow(`length is an integer of at least 2, found ${length}`)
  })
})
