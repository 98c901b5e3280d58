import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { entropyStep } from './entropy.ts'

describe('entropy', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('entropy(7, 3)', run(entropyStep({ length: 7, bins: 3 }), closes))).toBeLessThan(1e-12)
  })

  it('is silent on a flat market, and small after a jump', () => {
    expect(run(entropyStep({ length: 2, bins: 2 }), [0.1, 0.1, 0.1])).toEqual([])
    expect(run(entropyStep({ length: 8, bins: 2 }), [1, 1, 1, 1, 1, 1, 1, 9])).toEqual([expect.closeTo(0.5436, 4)])
  })

  it('refuses options that are no whole numbers', () => {
    expect(() => entropyStep({ length: 1, bins: 2 })).toThrow('length is an integer of at least 2, found 1')
    expect(() => entropyStep({ length: 2, bins: 1 })).toThrow('bins is an integer of at least 2, found 1')
  })
})
