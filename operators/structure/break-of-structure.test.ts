import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { breakOfStructureStep } from './break-of-structure.ts'

describe('breakOfStructure', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('breakOfStructure(2)', run(breakOfStructureStep({ span: 2 }), bars))).toBeLessThan(1e-12)
  })

  it('takes a swing for broken once', () => {
    const inputs = [1, 5, 3, 6, 7, 8].map(close => ({ high: close, low: close, close }))
    expect(run(breakOfStructureStep({ span: 1 }), inputs)).toEqual([{ direction: 1, isChange: 0, level: 5 }])
  })

  it('is silent on a flat market', () => {
    const bar = { open: 5, high: 5, low: 5, close: 5 }
    expect(run(breakOfStructureStep({ span: 1 }), [bar, bar, bar, bar, bar])).toEqual([])
  })

  it('refuses a span that is no whole number of bars', () => {
    for (const span of [0, 1.5]) expect(() => breakOfStructureStep({ span })).toThrow(`at least 1, found ${span}`)
  })
})
