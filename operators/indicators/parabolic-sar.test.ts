import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { parabolicSarStep } from './parabolic-sar.ts'

describe('parabolicSar', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('parabolicSar(0.02, 0.2)', run(parabolicSarStep({ step: 0.02, max: 0.2 }), bars))).toBeLessThan(
      1e-13,
    )
  })

  it('gives nothing on a flat market, which never turns', () => {
    const bar = { high: 5, low: 5 }
    expect(run(parabolicSarStep({ step: 0.02, max: 0.2 }), [bar, bar, bar, bar])).toEqual([])
  })

  it('refuses a stop that stands still, and one that passes the extreme', () => {
    expect(() => parabolicSarStep({ step: 0, max: 0.2 })).toThrow('above 0, found 0')
    for (const max of [0.01, 1.1]) expect(() => parabolicSarStep({ step: 0.02, max })).toThrow(`found ${max}`)
  })
})
