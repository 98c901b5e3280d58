import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { returnRankStep } from './return-rank.ts'

describe('returnRank', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('returnRank(6, 2)', run(returnRankStep({ length: 6, lag: 2 }), closes))).toBeLessThan(1e-12)
  })

  it('is in the middle on a flat market', () => {
    expect(run(returnRankStep({ length: 3, lag: 1 }), [5, 5, 5, 5])).toEqual([0.5])
  })

  it('refuses options that are no whole numbers of inputs', () => {
    expect(() => returnRankStep({ length: 0, lag: 1 })).toThrow('length is an integer of at least 1, found 0')
    expect(() => returnRankStep({ length: 1, lag: 1.5 })).toThrow('lag is an integer of at least 1, found 1.5')
  })
})
