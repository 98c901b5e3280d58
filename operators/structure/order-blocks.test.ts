import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { orderBlocksStep } from './order-blocks.ts'

describe('orderBlocks', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('orderBlocks(2)', run(orderBlocksStep({ span: 2 }), bars))).toBeLessThan(1e-12)
  })

  it('is silent on a flat market', () => {
    const bar = { open: 5, high: 5, low: 5, close: 5 }
    expect(run(orderBlocksStep({ span: 1 }), [bar, bar, bar, bar, bar])).toEqual([])
  })

  it('refuses a span that is no whole number of bars', () => {
    for (const span of [0, 1.5]) expect(() => orderBlocksStep({ span })).toThrow(`at least 1, found ${span}`)
  })
})
