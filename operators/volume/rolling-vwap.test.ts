import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { rollingVwapStep } from './rolling-vwap.ts'

describe('rollingVwap', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('rollingVwap(5)', run(rollingVwapStep({ length: 5 }), bars))).toBeLessThan(1e-14)
    expect(errorOf('rollingVwap(2)', run(rollingVwapStep({ length: 2 }), bars))).toBeLessThan(1e-14)
  })

  it('keeps small moves at a large price, and forgets a bad tick', () => {
    const trade = (price: number) => ({ price, size: 3 })
    const prices = [1e9, 1e9 + 2 ** -13, 1e9 + 2 ** -12, 1e15, 1e9, 1e9 + 2 ** -12]
    const means = run(rollingVwapStep({ length: 2 }), prices.map(trade))
    expect(means[1]).toBe(1e9 + 1.5 * 2 ** -13)
    expect(means.at(-1)).toBe(1e9 + 2 ** -13)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => rollingVwapStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
