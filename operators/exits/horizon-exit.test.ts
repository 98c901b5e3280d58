import { describe, expect, it } from 'vitest'
import type { Lots, Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { horizonExitStep } from './horizon-exit.ts'

const step = horizonExitStep({ forMs: 10 })
const wish = (ms: number, lots: number) => ({ at: (ms * 1000) as Micros, bid: 5, ask: 6, lots: lots as Lots })

describe('horizonExit', () => {
  it('leaves when the time is over, and stays out', () => {
    const wishes = [wish(100, 2), wish(109.999, 2), wish(110, 2), wish(200, 2)]
    expect(run(step, wishes).map(exit => exit.lots)).toEqual([2, 2, 0, 0])
  })

  it('counts anew from each turn, by way of flat or not', () => {
    const wishes = [wish(100, 2), wish(108, -2), wish(112, -2), wish(118, -2), wish(119, 0), wish(120, -2)]
    expect(run(step, wishes).map(exit => exit.lots)).toEqual([2, -2, -2, 0, 0, -2])
  })

  it('leaves at the first quote behind a gap', () => {
    expect(run(step, [wish(0, 2), wish(9_999_999, 2)]).map(exit => exit.lots)).toEqual([2, 0])
  })

  it('refuses a time that is none', () => {
    for (const forMs of [0, -1, Number.NaN]) expect(() => horizonExitStep({ forMs })).toThrow(`found ${forMs}`)
  })
})
