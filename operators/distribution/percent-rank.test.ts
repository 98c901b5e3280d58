import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { percentRankStep } from './percent-rank.ts'

describe('percentRank', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('percentRank(6)', run(percentRankStep({ length: 6 }), closes))).toBeLessThan(1e-15)
  })

  it('is one half on a flat window', () => {
    expect(run(percentRankStep({ length: 3 }), [5, 5, 5, 5])).toEqual([0.5, 0.5])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => percentRankStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
