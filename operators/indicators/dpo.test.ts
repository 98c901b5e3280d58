import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { dpoStep } from './dpo.ts'

describe('dpo', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('dpo(6)', run(dpoStep({ length: 6 }), closes))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market, and begins with the first window at each length', () => {
    for (const length of [1, 2, 3, 4]) {
      const values = run(dpoStep({ length }), [0.1, 0.1, 0.1, 0.1])
      expect(values).toEqual(new Array(5 - dpoStep({ length }).warmup).fill(0))
    }
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => dpoStep({ length })).toThrow(`length is an integer of at least 1, found ${length}`)
  })
})
