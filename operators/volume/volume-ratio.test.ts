import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { volumeRatioStep } from './volume-ratio.ts'

describe('volumeRatio', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('volumeRatio(20)', run(volumeRatioStep({ length: 20 }), bars))).toBeLessThan(1e-14)
  })

  it('is silent while nothing is traded, and 1 where volumes are equal', () => {
    const volumes = (volume: number) => [volume, volume, volume].map(volume => ({ volume }))
    expect(run(volumeRatioStep({ length: 2 }), volumes(0))).toEqual([])
    expect(run(volumeRatioStep({ length: 2 }), volumes(0.1))).toEqual([1, 1])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => volumeRatioStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
