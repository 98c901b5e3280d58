import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { bollingerStep } from './bollinger.ts'

describe('bollinger', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('bollinger(5, 2)', run(bollingerStep({ length: 5, deviations: 2 }), closes))).toBeLessThan(1e-12)
  })

  it('has no bands about a flat window, and has them again behind it', () => {
    expect(
      run(bollingerStep({ length: 2, deviations: 1 }), [0.1, 0.1, 0.1, 0.3]).map(({ percentB }) => percentB),
    ).toEqual([1])
  })

  it('keeps small moves at a large price', () => {
    const kernel = bollingerStep({ length: 3, deviations: 2 })
    const places = (offset: number) =>
      run(
        kernel,
        [1, 2, 4, 3, 5, 5].map(x => offset + x * 2 ** -13),
      ).map(({ zScore }) => zScore)
    expect(places(2 ** 30)).toEqual(places(0))
  })

  it('refuses a window of one, and bands on the mean', () => {
    expect(() => bollingerStep({ length: 1, deviations: 2 })).toThrow('length is an integer of at least 2, found 1')
    expect(() => bollingerStep({ length: 2, deviations: 0 })).toThrow('deviations is above 0, found 0')
  })
})
