import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { rmaStep } from './rma.ts'

describe('rma', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('rma(5)', run(rmaStep({ length: 5 }), closes))).toBeLessThan(1e-13)
  })

  it('is the price on a flat market, to the bit', () => {
    expect(run(rmaStep({ length: 3 }), [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]).at(-1)).toBe(0.1)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN]) expect(() => rmaStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
