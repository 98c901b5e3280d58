import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { volumeSurgeStep } from './volume-surge.ts'

describe('volumeSurge', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('volumeSurge(20, 1.5)', run(volumeSurgeStep({ length: 20, above: 1.5 }), bars))).toBeLessThan(1e-14)
  })

  it('sees none where nothing is traded, and none at the limit itself', () => {
    const surges = (...volumes: number[]) =>
      run(
        volumeSurgeStep({ length: 2, above: 1.5 }),
        volumes.map(volume => ({ volume })),
      )
    expect(surges(0, 0, 0)).toEqual([0, 0])
    expect(surges(1, 3, 10)).toEqual([0, 1])
  })

  it('refuses a limit that no volume can exceed, or all do', () => {
    for (const above of [0, 5, Number.NaN])
      expect(() => volumeSurgeStep({ length: 5, above })).toThrow(`found ${above}`)
    expect(() => volumeSurgeStep({ length: 1, above: 0.5 })).toThrow('at least 2, found 1')
  })
})
