import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { regressionStep } from './regression.ts'

describe('regression', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('regression(5)', run(regressionStep({ length: 5 }), closes))).toBeLessThan(1e-12)
  })

  it('fits a straight line wholly, and a flat one not at all', () => {
    expect(run(regressionStep({ length: 3 }), [1, 2, 3])).toMatchObject([{ slope: 1, intercept: 1, rSquared: 1 }])
    expect(run(regressionStep({ length: 3 }), [0.1, 0.1, 0.1])).toEqual([])
  })

  it('refuses a window of one', () => {
    expect(() => regressionStep({ length: 1 })).toThrow('at least 2, found 1')
  })
})
