import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { bipowerVariationStep } from './bipower-variation.ts'

describe('bipowerVariation', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('bipowerVariation(5)', run(bipowerVariationStep({ length: 5 }), closes))).toBeLessThan(1e-12)
  })

  it('does not see a lone jump', () => {
    expect(run(bipowerVariationStep({ length: 3 }), [5, 5, 5, 9, 9, 9, 9])).toEqual([0, 0, 0])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => bipowerVariationStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
