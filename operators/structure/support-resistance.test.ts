import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { supportResistanceStep } from './support-resistance.ts'

describe('supportResistance', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('supportResistance(6)', run(supportResistanceStep({ length: 6 }), bars))).toBeLessThan(1e-12)
  })

  it('is 0 to both ends on a flat market', () => {
    const bar = { high: 5, low: 5, close: 5 }
    expect(run(supportResistanceStep({ length: 2 }), [bar, bar])).toEqual([{ resistance: 0, support: 0 }])
  })

  it('refuses a length that is no whole number of bars', () => {
    for (const length of [0, 1.5]) expect(() => supportResistanceStep({ length })).toThrow(`found ${length}`)
  })
})
