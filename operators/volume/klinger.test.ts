import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { klingerStep } from './klinger.ts'

describe('klinger', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('klinger(5, 9, 4)', run(klingerStep({ fast: 5, slow: 9, signal: 4 }), bars))).toBeLessThan(1e-14)
  })

  it('is 0 on a flat market, and where nothing is traded', () => {
    const bar = (price: number, volume: number) => ({ high: price, low: price, close: price, volume })
    const oscillator = klingerStep({ fast: 1, slow: 2, signal: 1 })
    const still = { oscillator: 0, signal: 0 }
    expect(
      run(
        oscillator,
        [1, 2, 3, 4].map(volume => bar(5, volume)),
      ),
    ).toEqual([still])
    expect(
      run(
        oscillator,
        [1, 2, 3, 4].map(price => bar(price, 0)),
      ),
    ).toEqual([still])
  })

  it('refuses lengths that are no whole numbers of inputs, and a slow one that is not the longer', () => {
    for (const signal of [0, 2.5, Number.NaN])
      expect(() => klingerStep({ fast: 1, slow: 2, signal })).toThrow(`at least 1, found ${signal}`)
    expect(() => klingerStep({ fast: 2, slow: 2, signal: 1 })).toThrow('slow is above fast 2, found 2')
  })
})
