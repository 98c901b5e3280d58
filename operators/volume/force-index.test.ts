import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { forceIndexStep } from './force-index.ts'

describe('forceIndex', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('forceIndex(5)', run(forceIndexStep({ length: 5 }), bars))).toBeLessThan(1e-14)
  })

  it('is 0 on a flat market, and where nothing is traded', () => {
    const bar = (close: number, volume: number) => ({ close, volume })
    expect(
      run(
        forceIndexStep({ length: 2 }),
        [1, 2, 3].map(volume => bar(5, volume)),
      ),
    ).toEqual([0])
    expect(
      run(
        forceIndexStep({ length: 2 }),
        [1, 2, 3].map(close => bar(close, 0)),
      ),
    ).toEqual([0])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => forceIndexStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
