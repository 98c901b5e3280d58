import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { Pair } from '../pairs.ts'
import { cointegrationStep } from './cointegration.ts'

describe('cointegration', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('cointegration(6)', run(cointegrationStep({ length: 6 }), inputsOf<Pair>('pairs')))).toBeLessThan(
      1e-12,
    )
  })

  it('is silent while the other is flat, and on a perfect line', () => {
    const flat = Array.from({ length: 9 }, (_, i) => ({ price: 5 + i * i, other: 0.1 }))
    const line = Array.from({ length: 9 }, (_, i) => ({ price: 0.1 * i + 1e6, other: i }))
    for (const inputs of [flat, line]) expect(run(cointegrationStep({ length: 4 }), inputs)).toEqual([])
  })

  it('refuses a length that is no whole number of inputs, or too short', () => {
    expect(() => cointegrationStep({ length: 2 })).toThrow('at least 3, found 2')
    expect(() => cointegrationStep({ length: 4.5 })).toThrow('found 4.5')
  })
})
