import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { priorZScoreStep } from './prior-z-score.ts'

describe('priorZScore', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('priorZScore(5)', run(priorZScoreStep({ length: 5 }), closes))).toBeLessThan(1e-12)
  })

  it('has no bound where zScore has one', () => {
    expect(run(priorZScoreStep({ length: 3 }), [1, 2, 3, 1002])).toEqual([1000])
  })

  it('is silent after a flat window', () => {
    expect(run(priorZScoreStep({ length: 2 }), [5, 5, 6, 7])).toEqual([expect.closeTo(3 * Math.SQRT1_2, 12)])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [1, 2.5, Number.NaN])
      expect(() => priorZScoreStep({ length })).toThrow(`at least 2, found ${length}`)
  })
})
