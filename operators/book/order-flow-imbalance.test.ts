import { describe, expect, it } from 'vitest'
import type { Quote } from '../../engine/market/quote.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { orderFlowImbalanceStep } from './order-flow-imbalance.ts'

describe('orderFlowImbalance', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('orderFlowImbalance(5)', run(orderFlowImbalanceStep({ length: 5 }), inputsOf<Quote>('quotes'))),
    ).toBeLessThan(1e-12)
  })

  it('is 0 where nothing changes', () => {
    const quote = { bid: 1, ask: 2, bidSize: 3, askSize: 4 }
    expect(run(orderFlowImbalanceStep({ length: 2 }), [quote, quote, quote])).toEqual([0])
  })

  it('takes a falling ask for supply', () => {
    const quote = (ask: number, askSize: number) => ({ bid: 1, ask, bidSize: 3, askSize })
    expect(run(orderFlowImbalanceStep({ length: 1 }), [quote(5, 2), quote(4, 7), quote(6, 1)])).toEqual([-7, 7])
  })

  it('refuses a length that is no whole number of changes', () => {
    expect(() => orderFlowImbalanceStep({ length: 0 })).toThrow('at least 1, found 0')
  })
})
