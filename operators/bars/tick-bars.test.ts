import { describe, expect, it } from 'vitest'
import { trade } from '../../engine/market/trade.ts'
import { run, runAt } from '../../engine/testing/run-kernel.ts'
import { tickBarsStep } from './tick-bars.ts'

describe('tickBars', () => {
  it('gives open, high, low, close, volume and times of each group of trades', () => {
    const trades = [
      { at: 0, price: 5, size: 2 },
      { at: 10, price: 8, size: 0 },
      { at: 20, price: 3, size: 4 },
      { at: 20, price: 7, size: 1 },
    ].map(trade)
    expect(run(tickBarsStep({ count: 3 }), trades)).toEqual([
      { start: 0, at: 20, open: 5, high: 8, low: 3, close: 3, volume: 6, count: 3 },
    ])
  })

  it('takes prices, and a late one at the latest time', () => {
    const bars = runAt(tickBarsStep({ count: 2 }), [
      [50, 5],
      [30, 6],
      [10, 7],
      [60, 8],
    ])
    expect(bars).toMatchObject([
      { start: 50, at: 50, volume: 0 },
      { start: 50, at: 60, open: 7, close: 8 },
    ])
  })

  it('does not close a bar because time passes', () => {
    expect(runAt(tickBarsStep({ count: 2 }), [[0, 5], [1e12]])).toEqual([])
  })

  it('refuses a count that is no whole number of inputs', () => {
    for (const count of [0, 2.5, Number.NaN])
      expect(() => tickBarsStep({ count })).toThrow(`at least 1, found ${count}`)
  })
})
