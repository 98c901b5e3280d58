import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { demaStep } from './dema.ts'

describe('dema', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('dema(5)', run(demaStep({ length: 5 }), closes))).toBeLessThan(1e-13)
  })

  it('is the price on a flat market, to the bit', () => {
    expect(run(demaStep({ length: 3 }), [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]).at(-1)).toBe(0.1)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN]) expect(() => demaStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
