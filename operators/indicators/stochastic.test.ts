import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { stochasticStep } from './stochastic.ts'

describe('stochastic', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('stochastic(5, 3, 2)', run(stochasticStep({ length: 5, smooth: 3, signal: 2 }), bars))).toBeLessThan(
      1e-12,
    )
  })

  it('has no value while the window has no range, and goes on as if such bars had not been', () => {
    const flat = { high: 0.1, low: 0.1, close: 0.1 }
    const bar = (close: number) => ({ high: 4, low: 0, close })
    const step = stochasticStep({ length: 1, smooth: 1, signal: 2 })
    expect(run(step, [flat, flat, flat])).toEqual([])
    expect(run(step, [bar(1), flat, flat, bar(2)])).toEqual(run(step, [bar(1), bar(2)]))
  })

  it('refuses a length that is no whole number', () => {
    for (const smooth of [0, 2.5, Number.NaN])
      expect(() => stochasticStep({ length: 5, smooth, signal: 2 })).toThrow(
        `smooth is an integer of at least 1, found ${smooth}`,
      )
  })
})
