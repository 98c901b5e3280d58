import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { chandelierExitStep } from './chandelier-exit.ts'

describe('chandelierExit', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('chandelierExit(5, 3)', run(chandelierExitStep({ length: 5, multiplier: 3 }), bars))).toBeLessThan(
      1e-13,
    )
  })

  it('is the price on a flat market', () => {
    const bar = { high: 5, low: 5, close: 5 }
    expect(run(chandelierExitStep({ length: 1, multiplier: 2 }), [bar, bar])).toEqual([{ long: 5, short: 5 }])
  })

  it('refuses a length that is no whole number of bars, and a stop at the extreme', () => {
    expect(() => chandelierExitStep({ length: 0, multiplier: 2 })).toThrow('at least 1, found 0')
    expect(() => chandelierExitStep({ length: 2, multiplier: 0 })).toThrow('above 0, found 0')
  })
})
