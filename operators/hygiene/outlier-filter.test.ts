import { describe, expect, it } from 'vitest'
import { chanceOf } from '../../engine/testing/operator/market.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes } from '../golden.ts'
import { type OutlierFilterOptions, outlierFilterStep } from './outlier-filter.ts'

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

/** By the definition: each window is sorted anew. */
const expected = (prices: readonly number[], { length, limit, leastBps }: OutlierFilterOptions): number[] =>
  prices.filter((price, i) => {
    const before = prices.slice(Math.max(i - length, 0), i)
    const middle = median(before)
    const deviation = 1.4826 * median(before.map(each => Math.abs(each - middle)))
    return i >= length && Math.abs(price - middle) <= limit * Math.max(deviation, (leastBps / 10_000) * middle)
  })

describe('outlierFilter', () => {
  it('passes what the definition passes', () => {
    const chance = chanceOf(3)
    const prices = Array.from(
      { length: 2000 },
      (_, i) => closes[i % closes.length]! * (chance() < 0.05 ? chance() * 3 : 1),
    )
    for (const length of [3, 4, 25, 50]) {
      const options = { length, limit: 4, leastBps: 2 }
      const passed = run(outlierFilterStep<number>(options), prices)
      expect(passed).toEqual(expected(prices, options))
      expect(passed.length).toBeLessThan(1950)
    }
  })

  it('judges a flat market by its least deviation', () => {
    const filter = outlierFilterStep<number>({ length: 3, limit: 2, leastBps: 10 })
    expect(run(filter, [1000, 1000, 1000, 1002])).toEqual([1002])
    expect(run(filter, [1000, 1000, 1000, 997.9])).toEqual([])
  })

  it('follows a market that has really jumped after half a window', () => {
    const prices = [...Array(10).fill(100), ...Array(10).fill(200)]
    expect(run(outlierFilterStep<number>({ length: 10, limit: 8, leastBps: 1 }), prices)).toHaveLength(5)
  })

  it('judges trades by their price, and quotes by their mid', () => {
    const prices = [5, 5.1, 5, 5.1, 50, 5]
    const options = { length: 3, limit: 8, leastBps: 1 }
    const trades = prices.map(price => ({ price, size: 1 }))
    expect(run(outlierFilterStep<(typeof trades)[number]>(options), trades)).toEqual([trades[5]])
    const quotes = prices.map(price => ({ bid: price - 1, ask: price + 1 }))
    expect(run(outlierFilterStep<(typeof quotes)[number]>(options), quotes)).toEqual([quotes[5]])
  })

  it('refuses options that judge nothing', () => {
    const options = { length: 3, limit: 8, leastBps: 1 }
    expect(() => outlierFilterStep({ ...options, length: 2 })).toThrow('at least 3, found 2')
    expect(() => outlierFilterStep({ ...options, limit: 0 })).toThrow('limit is positive, found 0')
    expect(() => outlierFilterStep({ ...options, leastBps: Number.NaN })).toThrow('leastBps is positive, found NaN')
  })
})
