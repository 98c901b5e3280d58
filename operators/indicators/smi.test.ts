import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { smiStep } from './smi.ts'

describe('smi', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('smi(5, 4, 2, 3)', run(smiStep({ length: 5, first: 4, second: 2, signal: 3 }), bars))).toBeLessThan(
      1e-12,
    )
  })

  it('has no value while no window had a range', () => {
    const flat = { high: 0.1, low: 0.1, close: 0.1 }
    expect(run(smiStep({ length: 2, first: 2, second: 2, signal: 2 }), [flat, flat, flat])).toEqual([])
  })

  it('refuses a length that is no whole number', () => {
    for (const second of [0, 2.5, Number.NaN])
      expect(() => smiStep({ length: 5, first: 4, second, signal: 3 })).toThrow(
        `second is an integer of at least 1, found ${second}`,
      )
  })
})
