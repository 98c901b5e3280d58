import { describe, expect, it } from 'vitest'
import type { Lots, Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { stopExitStep } from './stop-exit.ts'

/** Two wide: long enters at the ask and leaves at the bid. */
const wish = (bid: number, lots: number) => ({ at: 0 as Micros, bid, ask: bid + 2, lots: lots as Lots })
const held = (lots: number, ...bids: readonly number[]): readonly number[] =>
  run(
    stopExitStep({ bps: 200 }),
    bids.map(bid => wish(bid, lots)),
  ).map(exit => exit.lots)

const step = stopExitStep({ bps: 100 })

describe('stopExit', () => {
  it('leaves what was bought at the ask when the bid is so far below it', () => {
    // Bought at 200; 2 % below is 196.
    expect(held(3, 198, 196.01, 196, 205)).toEqual([3, 3, 0, 0])
  })

  it('leaves what was sold at the bid when the ask is so far above it', () => {
    // Sold at 200; 2 % above is 204, a bid of 202.
    expect(held(-3, 200, 201.99, 202, 190)).toEqual([-3, -3, 0, 0])
  })

  it('stays out until the wish turns, and counts anew then', () => {
    const wishes = [wish(300, 1), wish(100, 1), wish(300, 1), wish(300, -1), wish(300, 0), wish(300, 1)]
    expect(run(step, wishes).map(exit => exit.lots)).toEqual([1, 0, 0, -1, 0, 1])
  })

  it('passes a size on that changes, from the first entry', () => {
    expect(run(step, [wish(300, 1), wish(301, 4), wish(297, 4)]).map(exit => exit.lots)).toEqual([1, 4, 0])
  })

  it('gives what the next exit reads, at the price half way', () => {
    expect(run(step, [wish(300, 1)])).toEqual([{ at: 0, bid: 300, ask: 302, lots: 1, price: 301 }])
  })

  it('refuses a distance that is none', () => {
    for (const bps of [0, -1, 10_000, Number.NaN]) expect(() => stopExitStep({ bps })).toThrow(`found ${bps}`)
  })
})
