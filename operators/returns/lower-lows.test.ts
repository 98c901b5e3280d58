import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { lowerLowsStep } from './lower-lows.ts'

describe('lowerLows', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('lowerLows(5)', run(lowerLowsStep({ length: 5 }), bars))).toBe(0)
  })

  it('is 0 on a flat market', () => {
    expect(run(lowerLowsStep({ length: 1 }), [{ low: 5 }, { low: 5 }])).toEqual([0])
  })

  it('refuses a length that is no whole number of bars', () => {
    for (const length of [0, 1.5, Number.NaN])
      expect(() => lowerLowsStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
