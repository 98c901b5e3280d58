import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { ichimokuStep } from './ichimoku.ts'

describe('ichimoku', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('ichimoku(3, 6, 12)', run(ichimokuStep({ conversion: 3, base: 6, span: 12 }), bars))).toBeLessThan(
      1e-14,
    )
  })

  it('begins when the cloud has reached it, at bar 78 with the usual lengths', () => {
    expect(run(ichimokuStep(), bars)).toHaveLength(bars.length - 77)
  })

  it('is the price on a flat market', () => {
    const flat = run(ichimokuStep({ conversion: 1, base: 1, span: 1 }), [
      { high: 5, low: 5 },
      { high: 5, low: 5 },
    ])
    expect(flat).toEqual([{ conversion: 5, base: 5, spanA: 5, spanB: 5 }])
  })

  it('refuses lengths that are no whole numbers of bars', () => {
    expect(() => ichimokuStep({ base: 0 })).toThrow('base is an integer of at least 1, found 0')
  })
})
