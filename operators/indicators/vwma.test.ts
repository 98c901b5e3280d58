import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { vwmaStep } from './vwma.ts'

describe('vwma', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('vwma(2)', run(vwmaStep({ length: 2 }), bars))).toBeLessThan(1e-13)
  })

  it('is silent while the window has no volume', () => {
    expect(
      run(
        vwmaStep({ length: 2 }),
        [3, 0, 0, 0, 4].map(volume => ({ close: 5, volume })),
      ),
    ).toEqual([5, 5])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN]) expect(() => vwmaStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
