import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { premiumDiscountStep } from './premium-discount.ts'

describe('premiumDiscount', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('premiumDiscount(2)', run(premiumDiscountStep({ span: 2 }), bars))).toBeLessThan(1e-12)
  })

  it('is silent on a flat market', () => {
    const bar = { open: 5, high: 5, low: 5, close: 5 }
    expect(run(premiumDiscountStep({ span: 1 }), [bar, bar, bar, bar, bar])).toEqual([])
  })

  it('refuses a span that is no whole number of bars', () => {
    for (const span of [0, 1.5]) expect(() => premiumDiscountStep({ span })).toThrow(`at least 1, found ${span}`)
  })
})
