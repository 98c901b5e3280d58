import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { skeletonStep } from './operator.ts'

describe('skeleton', () => {
  it('is the change since length inputs ago', () => {
    expect(run(skeletonStep({ length: 1 }), [1, 3, 2])).toEqual([2, -1])
    expect(run(skeletonStep({ length: 3 }), [1, 3, 2, 5, 5])).toEqual([4, 2])
  })

  it('is 0 on a flat market', () => {
    expect(run(skeletonStep({ length: 2 }), [7, 7, 7, 7])).toEqual([0, 0])
  })

  it('refuses a length that is no whole number of inputs', () => {
    expect(() => skeletonStep({ length: 0.5 })).toThrow('length is an integer of at least 1, found 0.5')
  })
})
