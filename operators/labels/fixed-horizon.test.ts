import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { type FixedHorizon, fixedHorizonStep } from './fixed-horizon.ts'

const closes = fc.array(fc.record({ afterUs: fc.nat({ max: 3000 }), close: fc.integer({ min: 1, max: 9 }) }))

describe('fixedHorizon', () => {
  it('is what a search through the rows gives', () => {
    fc.assert(
      fc.property(closes, steps => {
        let at = 0
        const bars = steps.map(({ afterUs, close }) => {
          at += afterUs
          return bar(at, close)
        })
        const labels = run(fixedHorizonStep({ horizonMs: 2, deadBps: 2_000 }), bars)
        expect(labels).toEqual(searched(bars, 2_000, 0.2))
      }),
      { seed: 5, numRuns: 300 },
    )
  })

  it('leaves out what comes late', () => {
    const bars = [bar(0, 8), bar(3000, 4), bar(1000, 9), bar(6000, 8)]
    const labels = run(fixedHorizonStep({ horizonMs: 2, deadBps: 0 }), bars)
    expect(labels.map(({ from, direction }) => [from, direction])).toEqual([
      [0, -1],
      [3000, 1],
    ])
  })

  it('refuses a horizon in the past and a negative dead zone', () => {
    expect(() => fixedHorizonStep({ horizonMs: 0, deadBps: 0 })).toThrow('fixedHorizon: horizonMs is positive, found 0')
    expect(() => fixedHorizonStep({ horizonMs: 1, deadBps: -1 })).toThrow('fixedHorizon: deadBps is 0 or more')
  })
})

type Bar = { readonly at: FixedHorizon['at']; readonly close: number }
const bar = (at: number, close: number): Bar => ({ at, close }) as Bar

/** For each row the first that is not before its horizon. */
const searched = (bars: readonly Bar[], horizonUs: number, dead: number): FixedHorizon[] =>
  bars.flatMap(({ at, close }, index) => {
    const end = bars.slice(index + 1).find(other => other.at >= at + horizonUs)
    if (!end) return []
    const change = end.close / close - 1
    return [{ at: end.at, from: at, direction: Math.abs(change) <= dead ? 0 : Math.sign(change), change }]
  })
