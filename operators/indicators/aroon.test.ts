import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { aroonStep } from './aroon.ts'

describe('aroon', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('aroon(6)', run(aroonStep({ length: 6 }), bars))).toBeLessThan(1e-12)
  })

  it('takes the oldest of equal extremes', () => {
    const bar = (high: number) => ({ high, low: 0 })
    expect(run(aroonStep({ length: 2 }), [3, 1, 3, 2].map(bar))).toEqual([
      { up: 0, down: 0, oscillator: 0 },
      { up: 50, down: 0, oscillator: 50 },
    ])
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => aroonStep({ length })).toThrow(`length is an integer of at least 1, found ${length}`)
  })
})
