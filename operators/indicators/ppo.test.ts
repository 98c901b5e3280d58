import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { ppoStep } from './ppo.ts'

describe('ppo', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('ppo(4, 7, 3)', run(ppoStep({ fast: 4, slow: 7, signal: 3 }), closes))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market, and nothing where all was 0', () => {
    const step = ppoStep({ fast: 1, slow: 2, signal: 2 })
    expect(run(step, [0.1, 0.1, 0.1])).toEqual([{ ppo: 0, signal: 0, histogram: 0 }])
    expect(run(step, [0, 0, 0])).toEqual([])
  })

  it('refuses a slow length that is not the longer', () => {
    expect(() => ppoStep({ fast: 3, slow: 3, signal: 1 })).toThrow('slow is above fast 3, found 3')
    expect(() => ppoStep({ fast: 0, slow: 3, signal: 1 })).toThrow('fast is an integer of at least 1, found 0')
  })
})
