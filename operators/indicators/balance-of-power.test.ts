import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { balanceOfPowerStep } from './balance-of-power.ts'

describe('balanceOfPower', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('balanceOfPower(5)', run(balanceOfPowerStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('counts a bar without a range as 0', () => {
    const bar = (close: number) => ({ open: 1, high: close, low: 1, close })
    expect(run(balanceOfPowerStep({ length: 2 }), [1, 1, 2].map(bar))).toEqual([0, 0.5])
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => balanceOfPowerStep({ length })).toThrow(`length is an integer of at least 1, found ${length}`)
  })
})
