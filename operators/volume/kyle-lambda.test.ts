import { describe, expect, it } from 'vitest'
import type { Trade } from '../../engine/market/trade.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { kyleLambdaStep } from './kyle-lambda.ts'

describe('kyleLambda', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('kyleLambda(10)', run(kyleLambdaStep({ length: 10 }), inputsOf<Trade>('trades')))).toBeLessThan(
      1e-12,
    )
  })

  it('is 0 on a flat market, and silent where all signed sizes are equal', () => {
    const trade = (price: number, size: number) => ({ price, size, side: 'buy' as const })
    const lambda = kyleLambdaStep({ length: 3 })
    expect(
      run(
        lambda,
        [1, 2, 3, 4].map(size => trade(5, size)),
      ),
    ).toEqual([0])
    expect(
      run(
        lambda,
        [1, 2, 3, 4].map(price => trade(price, 5)),
      ),
    ).toEqual([])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [2, 2.5, Number.NaN])
      expect(() => kyleLambdaStep({ length })).toThrow(`at least 3, found ${length}`)
  })
})
