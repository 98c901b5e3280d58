import { describe, expect, it } from 'vitest'
import type { Quote } from '../../engine/market/quote.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { microPriceStep } from './micro-price.ts'

describe('microPrice', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('microPrice', run(microPriceStep(), inputsOf<Quote>('quotes')))).toBeLessThan(1e-12)
  })

  it('stays between the prices at a large price, and is silent without sizes', () => {
    const quote = { bid: 1e9, ask: 1e9 + 2 ** -13, bidSize: 0, askSize: 0 }
    expect(run(microPriceStep(), [quote, { ...quote, bidSize: 1 }])).toEqual([1e9 + 2 ** -13])
  })
})
