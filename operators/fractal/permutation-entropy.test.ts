import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { permutationEntropyStep } from './permutation-entropy.ts'

describe('permutationEntropy', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('permutationEntropy(9, 3)', run(permutationEntropyStep({ length: 9, order: 3 }), closes)),
    ).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market', () => {
    expect(run(permutationEntropyStep({ length: 4, order: 3 }), [5, 5, 5, 5, 5])).toEqual([0, 0])
  })

  it('refuses an order that is too large, and a window of one pattern', () => {
    expect(() => permutationEntropyStep({ length: 9, order: 7 })).toThrow('order is at most 6, found 7')
    expect(() => permutationEntropyStep({ length: 3, order: 3 })).toThrow('above the order 3, found 3')
  })
})
