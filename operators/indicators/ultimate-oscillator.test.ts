import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { ultimateOscillatorStep } from './ultimate-oscillator.ts'

describe('ultimateOscillator', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('ultimateOscillator(2, 4, 8)', run(ultimateOscillatorStep({ short: 2, middle: 4, long: 8 }), bars)),
    ).toBeLessThan(1e-12)
  })

  it('is 100 where all closes are highs, 0 where they are lows, and has no value without a range', () => {
    const bar = (low: number, high: number, close: number) => ({ low, high, close })
    const step = ultimateOscillatorStep({ short: 1, middle: 2, long: 3 })
    expect(run(step, [bar(1, 2, 2), bar(2, 3, 3), bar(3, 4, 4), bar(4, 5, 5)])).toEqual([100])
    expect(run(step, [bar(4, 5, 4), bar(3, 4, 3), bar(2, 3, 2), bar(1, 2, 1)])).toEqual([0])
    expect(
      run(
        step,
        [1, 2, 3, 3, 3].map(price => bar(price, price, price)),
      ),
    ).toEqual([])
  })

  it('refuses lengths that do not rise', () => {
    expect(() => ultimateOscillatorStep({ short: 7, middle: 7, long: 28 })).toThrow('found short 7, middle 7, long 28')
    expect(() => ultimateOscillatorStep({ short: 0, middle: 7, long: 28 })).toThrow('short is an integer of at least 1')
  })
})
