import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { Pair } from '../pairs.ts'
import { hedgeRatioStep } from './hedge-ratio.ts'

describe('hedgeRatio', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('hedgeRatio(6)', run(hedgeRatioStep({ length: 6 }), inputsOf<Pair>('pairs')))).toBeLessThan(1e-12)
  })

  it('is silent while the other is flat', () => {
    const flat = Array.from({ length: 9 }, (_, i) => ({ price: 5 + i * i, other: 0.1 }))
    expect(run(hedgeRatioStep({ length: 3 }), flat)).toEqual([])
  })

  it('refuses a length that is no whole number of inputs, or too short', () => {
    expect(() => hedgeRatioStep({ length: 1 })).toThrow('at least 2, found 1')
    expect(() => hedgeRatioStep({ length: 4.5 })).toThrow('found 4.5')
  })
})
