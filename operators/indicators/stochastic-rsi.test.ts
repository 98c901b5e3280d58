import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { stochasticRsiStep } from './stochastic-rsi.ts'

describe('stochasticRsi', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf(
        'stochasticRsi(4, 5, 3, 2)',
        run(stochasticRsiStep({ length: 4, window: 5, smooth: 3, signal: 2 }), closes),
      ),
    ).toBeLessThan(1e-11)
  })

  it('has no value on a flat market', () => {
    expect(run(stochasticRsiStep({ length: 2, window: 2, smooth: 1, signal: 1 }), [3, 3, 3, 3, 3, 3])).toEqual([])
  })

  it('refuses a length that is no whole number', () => {
    for (const window of [1, 2.5, Number.NaN])
      expect(() => stochasticRsiStep({ length: 4, window, smooth: 1, signal: 2 })).toThrow(
        `window is an integer of at least 2, found ${window}`,
      )
  })
})
