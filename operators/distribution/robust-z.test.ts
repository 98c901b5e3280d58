import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { robustZStep } from './robust-z.ts'

describe('robustZ', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('robustZ(6)', run(robustZStep({ length: 6 }), closes))).toBeLessThan(1e-12)
  })

  it('gives those of a window of odd length too', () => {
    expect(errorOf('robustZ(7)', run(robustZStep({ length: 7 }), closes))).toBeLessThan(1e-12)
  })

  it('is silent while more than half of the window is equal', () => {
    expect(run(robustZStep({ length: 5 }), [5, 5, 5, 1, 9, 8, 3])).toHaveLength(2)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [2, 2.5, Number.NaN])
      expect(() => robustZStep({ length })).toThrow(`at least 3, found ${length}`)
  })
})
