import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { Pair } from '../pairs.ts'
import { relativeStrengthStep } from './relative-strength.ts'

describe('relativeStrength', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('relativeStrength(3)', run(relativeStrengthStep({ lag: 3 }), inputsOf<Pair>('pairs')))).toBeLessThan(
      1e-12,
    )
  })

  it('is 0 on a flat market', () => {
    expect(
      run(relativeStrengthStep({ lag: 1 }), [
        { price: 5, other: 7 },
        { price: 5, other: 7 },
      ]),
    ).toEqual([0])
  })

  it('refuses a lag that is no whole number of inputs', () => {
    expect(() => relativeStrengthStep({ lag: 0 })).toThrow('at least 1, found 0')
  })
})
