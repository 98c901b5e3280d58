import { describe, expect, it } from 'vitest'
import { trade } from '../../engine/market/trade.ts'
import { run, runAt } from '../../engine/testing/run-kernel.ts'
import { timeBarsStep } from './time-bars.ts'

const perMs = timeBarsStep({ spanMs: 1 })

describe('timeBars', () => {
  it('gives open, high, low, close and count of each span of prices', () => {
    const bars = runAt(perMs, [
      [1000, 5],
      [1400, 8],
      [1500, 3],
      [1999, 4],
      [2000, 7],
      [3000, 1],
    ])
    expect(bars).toEqual([
      { start: 1000, at: 2000, open: 5, high: 8, low: 3, close: 4, volume: 0, count: 4 },
      { start: 2000, at: 3000, open: 7, high: 7, low: 7, close: 7, volume: 0, count: 1 },
    ])
  })

  it('sums the sizes of trades, 0 too', () => {
    const trades = [
      { at: 0, price: 5, size: 2 },
      { at: 10, price: 6, size: 0 },
      { at: 20, price: 7, size: 3 },
      { at: 1000, price: 7, size: 1 },
    ]
    expect(run(perMs, trades.map(trade)).map(({ volume }) => volume)).toEqual([5])
  })

  it('does not open a span again that it has closed: what is late belongs to the latest span', () => {
    const late = runAt(perMs, [
      [100, 1],
      [1000, 2],
      [900, 3],
      [2500, 4],
    ])
    expect(late.map(({ start, count }) => [start, count])).toEqual([
      [0, 1],
      [1000, 2],
    ])
  })

  it('closes a bar when time passes without an input, and only once', () => {
    expect(runAt(perMs, [[0, 5], [999], [1000], [5000]])).toHaveLength(1)
  })

  it('gives no bar for a span without inputs', () => {
    const bars = runAt(perMs, [
      [0, 5],
      [9500, 6],
      [10_000, 7],
    ])
    expect(bars.map(({ start }) => start)).toEqual([0, 9000])
  })

  describe('with a boundary that closes', () => {
    const closing = timeBarsStep({ spanMs: 1, boundary: 'closes' })

    it('takes an input at exactly the end in, and gives the bar at once', () => {
      const bars = runAt(closing, [
        [200, 5],
        [1000, 8],
        [1001, 3],
        [2000, 4],
      ])
      expect(bars).toEqual([
        { start: 0, at: 1000, open: 5, high: 8, low: 5, close: 8, volume: 0, count: 2 },
        { start: 1000, at: 2000, open: 3, high: 4, low: 3, close: 4, volume: 0, count: 2 },
      ])
    })

    it('counts a second input of that moment to the next span', () => {
      const bars = runAt(closing, [
        [1000, 5],
        [1000, 6],
        [1000, 7],
        [2001, 8],
      ])
      expect(bars.map(({ at, open, count }) => [at, open, count])).toEqual([
        [1000, 5, 1],
        [2000, 6, 2],
      ])
    })

    it('waits for what the last moment may hold, and closes when time is past it', () => {
      expect(runAt(closing, [[500, 5], [1000]])).toEqual([])
      expect(runAt(closing, [[500, 5], [1000], [1000, 6], [1001]])).toMatchObject([{ at: 1000, close: 6, count: 2 }])
      expect(runAt(closing, [[500, 5], [1001]])).toMatchObject([{ at: 1000, close: 5 }])
    })
  })

  it('counts spans from the epoch, before it too', () => {
    expect(runAt(perMs, [[-500, 5], [0]])).toMatchObject([{ start: -1000, at: 0 }])
  })

  it('is flat on a flat market', () => {
    expect(runAt(perMs, [[0, 5], [500, 5], [1000]])).toMatchObject([{ open: 5, high: 5, low: 5, close: 5 }])
  })

  it('refuses a span that is not positive', () => {
    for (const spanMs of [0, -1, Number.NaN]) expect(() => timeBarsStep({ spanMs })).toThrow(`found ${spanMs}`)
  })
})
