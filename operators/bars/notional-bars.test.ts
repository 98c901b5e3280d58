import { describe, expect, it } from 'vitest'
import { trade } from '../../engine/market/trade.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { notionalBarsStep } from './notional-bars.ts'

const countsOf = (notional: number, ...trades: (readonly [price: number, size: number])[]): number[] =>
  run(
    notionalBarsStep({ notional }),
    trades.map(([price, size], at) => trade({ at, price, size })),
  ).map(bar => bar.count)

describe('notionalBars', () => {
  it('counts what was paid, and carries nothing on', () => {
    expect(countsOf(100, [5, 10], [10, 4], [5, 3], [100, 9], [50, 1], [50, 1])).toEqual([3, 1, 2])
  })

  it('takes an amount for complete that rounding has made too small', () => {
    expect(0.7 + 0.2 + 0.1).toBeLessThan(1)
    expect(countsOf(1, [0.7, 1], [0.2, 1], [0.1, 1])).toEqual([3])
  })

  it('gives none where nothing is traded', () => {
    expect(countsOf(1, [5, 0], [6, 0])).toEqual([])
  })

  it('refuses an amount that is not positive', () => {
    for (const notional of [0, -1, Number.NaN])
      expect(() => notionalBarsStep({ notional })).toThrow(`found ${notional}`)
  })
})
