import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { trixStep } from './trix.ts'

describe('trix', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('trix(5)', run(trixStep({ length: 5 }), closes))).toBeLessThan(1e-11)
  })

  it('is 0 on a flat market', () => {
    expect(run(trixStep({ length: 2 }), [0.1, 0.1, 0.1, 0.1])).toEqual([0, 0])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN]) expect(() => trixStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
