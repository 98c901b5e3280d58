import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { keltnerStep } from './keltner.ts'

describe('keltner', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('keltner(5, 5, 2)', run(keltnerStep({ length: 5, atrLength: 5, multiplier: 2 }), bars)),
    ).toBeLessThan(1e-13)
  })

  it('is a line on a flat market', () => {
    const bar = { high: 5, low: 5, close: 5 }
    const flat = run(keltnerStep({ length: 2, atrLength: 2, multiplier: 2 }), [bar, bar, bar])
    expect(flat).toEqual([{ lower: 5, middle: 5, upper: 5, width: 0 }])
  })

  it('refuses lengths that are no whole numbers of bars, and bands on the mean', () => {
    const options = { length: 2, atrLength: 2, multiplier: 2 }
    expect(() => keltnerStep({ ...options, length: 0 })).toThrow('length is an integer of at least 1, found 0')
    expect(() => keltnerStep({ ...options, atrLength: 1.5 })).toThrow(
      'atrLength is an integer of at least 1, found 1.5',
    )
    expect(() => keltnerStep({ ...options, multiplier: 0 })).toThrow('multiplier is above 0, found 0')
  })
})
