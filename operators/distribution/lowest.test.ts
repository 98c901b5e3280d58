import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { lowestStep } from './lowest.ts'

describe('lowest', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('lowest(5)', run(lowestStep({ length: 5 }), closes))).toBeLessThan(1e-15)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => lowestStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
