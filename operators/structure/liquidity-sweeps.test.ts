import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { liquiditySweepsStep } from './liquidity-sweeps.ts'

describe('liquiditySweeps', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('liquiditySweeps(2)', run(liquiditySweepsStep({ span: 2 }), bars))).toBeLessThan(1e-12)
  })

  it('takes a bar that goes beyond both sides for two sweeps, and each swing once', () => {
    const bar = (high: number, low: number, close: number) => ({ high, low, close })
    const inputs = [bar(5, 4, 4), bar(8, 2, 4), bar(5, 4, 4), bar(9, 1, 4), bar(10, 0, 4)]
    expect(run(liquiditySweepsStep({ span: 1 }), inputs)).toEqual([
      { side: 1, level: 8, beyond: 1 },
      { side: -1, level: 2, beyond: 1 },
    ])
  })

  it('is silent on a flat market', () => {
    const bar = { open: 5, high: 5, low: 5, close: 5 }
    expect(run(liquiditySweepsStep({ span: 1 }), [bar, bar, bar, bar, bar])).toEqual([])
  })

  it('refuses a span that is no whole number of bars', () => {
    for (const span of [0, 1.5]) expect(() => liquiditySweepsStep({ span })).toThrow(`at least 1, found ${span}`)
  })
})
