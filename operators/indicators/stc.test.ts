import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { stcStep } from './stc.ts'

describe('stc', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('stc(5, 4, 7, 3)', run(stcStep({ cycle: 5, fast: 4, slow: 7, smooth: 3 }), closes))).toBeLessThan(
      1e-10,
    )
  })

  it('has no value on a flat market', () => {
    expect(run(stcStep({ cycle: 2, fast: 1, slow: 2, smooth: 1 }), [0.1, 0.1, 0.1, 0.1])).toEqual([])
  })

  it('refuses a slow length that is not the longer, and a cycle of one', () => {
    expect(() => stcStep({ cycle: 10, fast: 5, slow: 5, smooth: 3 })).toThrow('slow is above fast 5, found 5')
    expect(() => stcStep({ cycle: 1, fast: 2, slow: 5, smooth: 3 })).toThrow(
      'cycle is an integer of at least 2, found 1',
    )
  })
})
