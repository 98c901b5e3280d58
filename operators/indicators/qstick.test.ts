import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { qstickStep } from './qstick.ts'

describe('qstick', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('qstick(5)', run(qstickStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market', () => {
    const flat = { open: 0.1, close: 0.1 }
    expect(run(qstickStep({ length: 2 }), [flat, flat, flat])).toEqual([0, 0])
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => qstickStep({ length })).toThrow(`length is an integer of at least 1, found ${length}`)
  })
})
