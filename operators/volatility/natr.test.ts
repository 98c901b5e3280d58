import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { natrStep } from './natr.ts'

describe('natr', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('natr(5)', run(natrStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market', () => {
    expect(
      run(natrStep({ length: 1 }), [
        { high: 5, low: 5, close: 5 },
        { high: 5, low: 5, close: 5 },
      ]),
    ).toEqual([0])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN]) expect(() => natrStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
