import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { volatilityStopStep } from './volatility-stop.ts'

describe('volatilityStop', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('volatilityStop(3, 2)', run(volatilityStopStep({ length: 3, multiplier: 2 }), bars))).toBeLessThan(
      1e-13,
    )
  })

  it('gives nothing on a flat market, which never turns', () => {
    const bar = { high: 5, low: 5, close: 5 }
    expect(run(volatilityStopStep({ length: 1, multiplier: 2 }), [bar, bar, bar, bar, bar])).toEqual([])
  })

  it('refuses a length that is no whole number of bars, and a stop at the price', () => {
    expect(() => volatilityStopStep({ length: 0, multiplier: 2 })).toThrow('at least 1, found 0')
    expect(() => volatilityStopStep({ length: 2, multiplier: 0 })).toThrow('above 0, found 0')
  })
})
