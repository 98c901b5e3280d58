import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { higherHighsStep } from './higher-highs.ts'

describe('higherHighs', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('higherHighs(5)', run(higherHighsStep({ length: 5 }), bars))).toBe(0)
  })

  it('is 0 on a flat market', () => {
    expect(run(higherHighsStep({ length: 1 }), [{ high: 5 }, { high: 5 }])).toEqual([0])
  })

  it('refuses a length that is no whole number of bars', () => {
    for (const length of [0, 1.5, Number.NaN])
      expect(() => higherHighsStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
