import { describe, expect, it } from 'vitest'
import type { Quote } from '../../engine/market/quote.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { queueImbalanceStep } from './queue-imbalance.ts'

describe('queueImbalance', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('queueImbalance', run(queueImbalanceStep(), inputsOf<Quote>('quotes')))).toBeLessThan(1e-12)
  })

  it('is 1 where there are only bids', () => {
    expect(run(queueImbalanceStep(), [{ bidSize: 3, askSize: 0 }])).toEqual([1])
  })
})
