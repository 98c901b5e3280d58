import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { donchianStep } from './donchian.ts'

describe('donchian', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('donchian(5)', run(donchianStep({ length: 5 }), bars))).toBeLessThan(1e-14)
  })

  it('has no width after a flat window', () => {
    const bar = { high: 5, low: 5 }
    expect(run(donchianStep({ length: 2 }), [bar, bar, bar])).toEqual([{ lower: 5, middle: 5, upper: 5, width: 0 }])
  })

  it('refuses a length that is no whole number of bars', () => {
    for (const length of [0, 2.5]) expect(() => donchianStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
