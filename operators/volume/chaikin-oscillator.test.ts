import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { chaikinOscillatorStep } from './chaikin-oscillator.ts'

describe('chaikinOscillator', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('chaikinOscillator(3, 10)', run(chaikinOscillatorStep({ fast: 3, slow: 10 }), bars))).toBeLessThan(
      1e-12,
    )
  })

  it('is 0 on a flat market, and goes there where nothing is traded any more', () => {
    const bar = (close: number, volume: number) => ({ high: 6, low: 5, close, volume })
    const oscillator = chaikinOscillatorStep({ fast: 2, slow: 3 })
    expect(
      run(
        oscillator,
        [1, 2, 3, 4].map(volume => ({ high: 5, low: 5, close: 5, volume })),
      ),
    ).toEqual([0, 0])
    const ended = run(oscillator, [bar(6, 9), ...Array.from({ length: 60 }, () => bar(5, 0))])
    expect(Math.abs(ended.at(-1)!)).toBeLessThan(1e-15)
  })

  it('refuses lengths that are no whole numbers of inputs, and a slow one that is not the longer', () => {
    for (const fast of [0, 2.5, Number.NaN])
      expect(() => chaikinOscillatorStep({ fast, slow: 10 })).toThrow(`at least 1, found ${fast}`)
    expect(() => chaikinOscillatorStep({ fast: 3, slow: 3 })).toThrow('slow is above fast 3, found 3')
  })
})
