import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { quantileStep } from './quantile.ts'

describe('quantile', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('quantile(6, 0.3)', run(quantileStep({ length: 6, share: 0.3 }), closes))).toBeLessThan(1e-14)
  })

  it('is the median, the smallest and the largest', () => {
    const of = (share: number) => run(quantileStep({ length: 4, share }), [9, 2, 7, 3])
    expect([0, 0.5, 1].map(of)).toEqual([[2], [5], [9]])
  })

  it('refuses a length that is no whole number of inputs, and a share outside', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => quantileStep({ length, share: 0.5 })).toThrow(`at least 1, found ${length}`)
    for (const share of [-0.1, 1.1, Number.NaN])
      expect(() => quantileStep({ length: 3, share })).toThrow(`within 0 to 1, found ${share}`)
  })
})
