import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { vidyaStep } from './vidya.ts'

describe('vidya', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('vidya(5, 4)', run(vidyaStep({ length: 5, momentum: 4 }), closes))).toBeLessThan(1e-12)
  })

  it('stays on a flat market', () => {
    expect(run(vidyaStep({ length: 3, momentum: 2 }), [0.1, 0.1, 0.1])).toEqual([0.1, 0.1])
  })

  it('refuses lengths that are no whole numbers of inputs', () => {
    expect(() => vidyaStep({ length: 0, momentum: 2 })).toThrow('length is an integer of at least 1, found 0')
    expect(() => vidyaStep({ length: 2, momentum: 0 })).toThrow('momentum is an integer of at least 1, found 0')
  })
})
