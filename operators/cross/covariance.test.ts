import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { Pair } from '../pairs.ts'
import { covarianceStep } from './covariance.ts'

describe('covariance', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('covariance(6)', run(covarianceStep({ length: 6 }), inputsOf<Pair>('pairs')))).toBeLessThan(1e-12)
  })

  it('is 0 where one of the two is flat', () => {
    const flat = Array.from({ length: 9 }, (_, i) => ({ price: 5 + i * i, other: 0.1 }))
    expect(run(covarianceStep({ length: 9 }), flat)).toEqual([0])
  })

  it('refuses a length that is no whole number of inputs, or too short', () => {
    expect(() => covarianceStep({ length: 1 })).toThrow('at least 2, found 1')
    expect(() => covarianceStep({ length: 4.5 })).toThrow('found 4.5')
  })
})
