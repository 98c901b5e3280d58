import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { williamsRStep } from './williams-r.ts'

describe('williamsR', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('williamsR(5)', run(williamsRStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('is 0 at the high, -100 at the low, and has no value without a range', () => {
    const bar = (close: number) => ({ high: 7, low: 5, close })
    const flat = { high: 0.1, low: 0.1, close: 0.1 }
    expect(run(williamsRStep({ length: 2 }), [bar(6), bar(7), bar(5)])).toEqual([0, -100])
    expect(run(williamsRStep({ length: 2 }), [flat, flat, flat])).toEqual([])
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => williamsRStep({ length })).toThrow(`length is an integer of at least 1, found ${length}`)
  })
})
