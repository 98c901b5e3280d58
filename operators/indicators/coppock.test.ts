import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { coppockStep } from './coppock.ts'

describe('coppock', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('coppock(6, 4, 5)', run(coppockStep({ long: 6, short: 4, length: 5 }), closes))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market', () => {
    expect(run(coppockStep({ long: 2, short: 1, length: 2 }), [0.1, 0.1, 0.1, 0.1])).toEqual([0])
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => coppockStep({ long: 6, short: 4, length })).toThrow(
        `length is an integer of at least 1, found ${length}`,
      )
  })
})
