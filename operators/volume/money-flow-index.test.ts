import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { moneyFlowIndexStep } from './money-flow-index.ts'

describe('moneyFlowIndex', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('moneyFlowIndex(5)', run(moneyFlowIndexStep({ length: 5 }), bars))).toBeLessThan(1e-14)
  })

  it('is 50 on a flat market and where nothing is traded, 100 and 0 where all is on one side', () => {
    const bar = (price: number, volume: number) => ({ high: price, low: price, close: price, volume })
    const index = moneyFlowIndexStep({ length: 2 })
    expect(
      run(
        index,
        [0.1, 0.1, 0.1, 0.1].map(price => bar(price, 5)),
      ),
    ).toEqual([50, 50])
    expect(
      run(
        index,
        [1, 2, 3, 2].map(price => bar(price, 0)),
      ),
    ).toEqual([50, 50])
    expect(
      run(
        index,
        [1, 2, 3, 2, 1].map(price => bar(price, 5)),
      ),
    ).toEqual([100, 60, 0])
  })

  it('takes equal typical prices for equal, though their sums are rounded', () => {
    const bars = [
      { high: 0.3, low: 0.1, close: 0.2, volume: 1 },
      { high: 0.4, low: 0.05, close: 0.15, volume: 1 },
    ]
    expect(0.3 + 0.1 + 0.2).not.toBe(0.4 + 0.05 + 0.15)
    expect(run(moneyFlowIndexStep({ length: 1 }), bars)).toEqual([50])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => moneyFlowIndexStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
