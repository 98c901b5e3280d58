import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { expectedShortfallStep } from './expected-shortfall.ts'

const returns = closes.slice(1).map((price, i) => (price - closes[i]!) / closes[i]!)

describe('expectedShortfall', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('expectedShortfall(7, 0.2)', run(expectedShortfallStep({ length: 7, share: 0.2 }), returns)),
    ).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market', () => {
    expect(run(expectedShortfallStep({ length: 2, share: 0.5 }), [0, 0, 0])).toEqual([0, 0])
  })

  it('refuses a length that is no whole number of inputs, and a share that leaves no tail or all of it', () => {
    expect(() => expectedShortfallStep({ length: 1, share: 0.5 })).toThrow('at least 2, found 1')
    for (const share of [0, 1, Number.NaN])
      expect(() => expectedShortfallStep({ length: 2, share })).toThrow(`above 0 and below 1, found ${share}`)
  })
})
