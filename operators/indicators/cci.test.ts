import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { cciStep } from './cci.ts'

describe('cci', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('cci(5)', run(cciStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('has no value while the window is flat', () => {
    const bar = (close: number) => ({ high: close, low: close, close })
    const inputs = [1, 1, 1, 1.5, 1.5, 1.5].map(bar)
    expect(run(cciStep({ length: 3 }), inputs)).toHaveLength(2)
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [1, 2.5, Number.NaN])
      expect(() => cciStep({ length })).toThrow(`length is an integer of at least 2, found ${length}`)
  })
})
