import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { Pair } from '../pairs.ts'
import { betaStep } from './beta.ts'

describe('beta', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('beta(6)', run(betaStep({ length: 6 }), inputsOf<Pair>('pairs')))).toBeLessThan(1e-12)
  })

  it('is silent while the other is flat', () => {
    const flat = Array.from({ length: 9 }, (_, i) => ({ price: 5 + i * i, other: 0.1 }))
    expect(run(betaStep({ length: 3 }), flat)).toEqual([])
  })

  it('refuses a length that is no whole number of inputs, or too short', () => {
    expect(() => betaStep({ length: 1 })).toThrow('at least 2, found 1')
    expect(() => betaStep({ length: 4.5 })).toThrow('found 4.5')
  })
})
