import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Flow } from '../../engine/flow/flow.ts'
import { map } from '../../engine/flow/map.ts'
import { together } from '../../engine/flow/together.ts'
import { type Bar, bar } from '../../engine/market/bar.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars as minutes } from '../golden.ts'
import { barsFromBars, barsFromBarsStep } from './bars-from-bars.ts'

const SECOND = 1_000_000
const second = (start: number, close: number): Bar =>
  bar({
    start: start * SECOND,
    at: (start + 1) * SECOND,
    open: close,
    high: close + 1,
    low: close - 1,
    close,
    volume: 2,
    count: 3,
  })

describe('barsFromBars', () => {
  it('gives what the bars of each span make together', () => {
    const shorter = minutes.map(
      each => ({ ...each, start: each.start - 20 * SECOND, at: each.at - 20 * SECOND }) as Bar,
    )
    const longer = run(barsFromBarsStep({ spanMs: 300_000 }), shorter)
    const spans = Map.groupBy(shorter, ({ start }) => Math.floor(start / (300 * SECOND)))
    const expected = [...spans].map(([span, members]) => ({
      start: span * 300 * SECOND,
      at: (span + 1) * 300 * SECOND,
      open: members[0]!.open,
      high: Math.max(...members.map(({ high }) => high)),
      low: Math.min(...members.map(({ low }) => low)),
      close: members.at(-1)!.close,
      volume: members.reduce((sum, { volume }) => sum + volume, 0),
      count: members.reduce((sum, { count }) => sum + count, 0),
    }))
    expect(shorter[0]!.start % (60 * SECOND)).toBe(0)
    expect(longer).toEqual(expected.slice(0, longer.length))
    expect(longer).toHaveLength(16)
  })

  it('comes with the bar that ends the span, or else with the next', () => {
    const ends = (...starts: number[]): number[] =>
      run(
        barsFromBarsStep({ spanMs: 3000 }),
        starts.map(start => second(start, 5)),
      ).map(({ at }) => at / SECOND)
    expect(ends(0, 1, 2)).toEqual([3])
    expect(ends(0, 1)).toEqual([])
    expect(ends(0, 1, 3)).toEqual([3])
    expect(ends(0, 9, 11)).toEqual([3, 12])
    expect(ends(0, 5)).toEqual([3, 6])
  })

  it('counts a late bar into the span in the making', () => {
    const longer = run(barsFromBarsStep({ spanMs: 3000 }), [second(3, 5), second(1, 9), second(5, 6)])
    expect(longer).toMatchObject([{ start: 3 * SECOND, high: 10, close: 6, volume: 6, count: 9 }])
  })

  it('gives several timeframes in lockstep: of each the last bar that was complete', () => {
    const close = () => map<Bar, number>('close', each => each.close)
    const vectors: unknown[] = []
    from([0, 1, 2, 3, 4, 5].map(start => second(start, start + 10)))
      .pipe(
        together(
          (bars: Flow<Bar>) => ({
            one: bars.pipe(close()),
            two: bars.pipe(barsFromBars({ spanMs: 2000 }), close()),
            three: bars.pipe(barsFromBars({ spanMs: 3000 }), close()),
          }),
          { on: 'one' },
        ),
      )
      .subscribe(vector => vectors.push(vector))
    expect(vectors).toEqual([
      { one: 12, two: 11, three: 12 },
      { one: 13, two: 13, three: 12 },
      { one: 14, two: 13, three: 12 },
      { one: 15, two: 15, three: 15 },
    ])
  })

  it('refuses a span that is not positive', () => {
    for (const spanMs of [0, -1, Number.NaN]) expect(() => barsFromBarsStep({ spanMs })).toThrow(`found ${spanMs}`)
  })
})
