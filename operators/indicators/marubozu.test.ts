import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { marubozuStep } from './marubozu.ts'

describe('marubozu', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('marubozu(80)', run(marubozuStep({ minBodyPercent: 80 }), bars))).toBeLessThan(1e-15)
  })

  it('finds none in a bar without a range', () => {
    expect(run(marubozuStep({ minBodyPercent: 95 }), [{ open: 5, high: 5, low: 5, close: 5 }])).toEqual([0])
  })

  it('refuses bodies of nothing, and of more than the bar', () => {
    for (const minBodyPercent of [0, 101])
      expect(() => marubozuStep({ minBodyPercent })).toThrow(`at most 100, found ${minBodyPercent}`)
  })
})
