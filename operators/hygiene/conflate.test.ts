import { describe, expect, it } from 'vitest'
import { quote } from '../../engine/market/quote.ts'
import { run, runAt } from '../../engine/testing/run-kernel.ts'
import { conflateStep } from './conflate.ts'

const at = (ms: number, bid = 1, ask = bid + 0.5) =>
  quote({ at: ms * 1000, bid, ask, bidSize: Math.abs(ms), askSize: 1 })
const within = conflateStep({ withinMs: 10 })

describe('conflate', () => {
  it('gives the last quote of each group, with the extremes of all', () => {
    const groups = run(within, [at(0, 5), at(4, 9), at(6, 2, 9.75), at(9, 4), at(10, 7), at(40, 1)])
    expect(groups).toEqual([
      { ...at(9, 4), bidHigh: 9, bidLow: 2, askHigh: 9.75, askLow: 4.5, count: 4 },
      { ...at(10, 7), bidHigh: 7, bidLow: 7, askHigh: 7.5, askLow: 7.5, count: 1 },
    ])
  })

  it('gives one quote per span of a market that never rests', () => {
    const groups = run(
      within,
      Array.from({ length: 101 }, (_, ms) => at(ms)),
    )
    expect(groups.map(({ count }) => count)).toEqual(Array.from({ length: 10 }, () => 10))
  })

  it('keeps quotes that are at least a span apart as they are', () => {
    const slow = [0, 10, 25, 35].map(ms => at(ms))
    expect(run(within, slow).map(({ at, bidSize }) => ({ at, bidSize }))).toEqual(
      slow.slice(0, 3).map(({ at, bidSize }) => ({ at, bidSize })),
    )
  })

  it('gives a group when time goes by, once, and starts the next with the next quote', () => {
    const groups = runAt(within, [[0, at(0)], [9_999], [10_000], [15_000], [20_000, at(20)], [29_999]])
    expect(groups.map(({ at }) => at)).toEqual([0])
  })

  it('takes quotes of equal times into one group, and those before the epoch', () => {
    expect(run(within, [at(-20), at(-20), at(-20), at(0)])).toMatchObject([{ at: -20_000, count: 3 }])
  })

  it('takes a late quote as the last of the open group', () => {
    expect(run(within, [at(5), at(3, 8), at(20)])).toMatchObject([{ at: 3_000, bid: 8, count: 2 }])
  })

  it('refuses a span that is not positive', () => {
    for (const withinMs of [0, -1, Number.NaN]) expect(() => conflateStep({ withinMs })).toThrow(`found ${withinMs}`)
  })
})
