import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { fractalChaosBandsStep } from './fractal-chaos-bands.ts'

describe('fractalChaosBands', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('fractalChaosBands(2)', run(fractalChaosBandsStep({ span: 2 }), bars))).toBeLessThan(1e-14)
  })

  it('gives nothing on a flat market', () => {
    const bar = { high: 5, low: 5 }
    expect(run(fractalChaosBandsStep({ span: 1 }), [bar, bar, bar, bar])).toEqual([])
  })

  it('refuses a span that is no whole number of bars', () => {
    for (const span of [0, 1.5]) expect(() => fractalChaosBandsStep({ span })).toThrow(`at least 1, found ${span}`)
  })
})
