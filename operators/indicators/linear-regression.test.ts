import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { linearRegressionStep } from './linear-regression.ts'

describe('linearRegression', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('linearRegression(5)', run(linearRegressionStep({ length: 5 }), closes))).toBeLessThan(1e-13)
  })

  it('is 0.1 on a flat window, to the bit, also behind a large move', () => {
    expect(run(linearRegressionStep({ length: 4 }), [9, 0.1, 0.1, 0.1, 0.1, 0.1]).slice(1)).toEqual([0.1, 0.1])
  })

  it('keeps the digits of small moves at a large price', () => {
    const moves = [0, 1, 3, 2, 5, 4, 8, 7, 1, 2, 6, 3, 9, 5].map(move => move * 2 ** -13)
    const large = run(
      linearRegressionStep({ length: 5 }),
      moves.map(move => move + 1e9),
    )
    for (const [index, value] of run(linearRegressionStep({ length: 5 }), moves).entries())
      expect(large[index]! - 1e9).toBeCloseTo(value, 6)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [1, 2.5, Number.NaN])
      expect(() => linearRegressionStep({ length })).toThrow(`at least 2, found ${length}`)
  })
})
