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

  it('has no value on a flat market, nor after prices came to stand still', () => {
    const step = stochasticRsiStep({ length: 3, window: 4, smooth: 1, signal: 1 })
    const halt = new Array<number>(400).fill(3.1)
    expect(run(step, halt)).toEqual([])
    expect(run(step, [3, 3.2, 2.9, 3.3, ...halt]).length).toBeLessThanOrEqual(4)
  })

  it('refuses a length that is no whole number', () => {
    for (const window of [1, 2.5, Number.NaN])
      expect(() => stochasticRsiStep({ length: 4, window, smooth: 1, signal: 2 })).toThrow(
        `window is an integer of at least 2, found ${window}`,
      )
  })
})
