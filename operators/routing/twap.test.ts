import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Target } from '../../engine/market/target.ts'
import type { Lots } from '../../engine/market/units.ts'
import { type Entry, runAt } from '../../engine/testing/run-kernel.ts'
import { twapStep } from './twap.ts'

const at = (ms: number, lots: number, price = 5): Entry<Target> => [ms * 1000, { lots: lots as Lots, price }]
const way = (slices: number, ...entries: readonly Entry<Target>[]): readonly number[] =>
  runAt(twapStep({ overMs: 8, slices }), entries).map(({ lots }) => lots)

describe('twap', () => {
  it('gives the first part at once, then one in each part of the time', () => {
    expect(way(4, ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map(ms => at(ms, 8)))).toEqual([2, 4, 6, 8])
    expect(way(4, ...[0, 2, 4, 6].map(ms => at(ms, -8)))).toEqual([-2, -4, -6, -8])
  })

  it('waits for a price where time passes without one, and gives the parts of a gap as one', () => {
    expect(way(4, at(0, 8), [3000], [5000], at(5, 8))).toEqual([2, 6])
    expect(way(4, at(0, 8), at(100, 8))).toEqual([2, 8])
  })

  it('counts whole lots, the odd ones later', () => {
    expect(way(4, ...[0, 2, 4, 6].map(ms => at(ms, 7)))).toEqual([1, 3, 5, 7])
    expect(way(4, ...[0, 2, 4, 6].map(ms => at(ms, 2)))).toEqual([1, 2])
  })

  it('begins anew from where it has come to when the target changes', () => {
    // 4 of 8 when it turns: from there to -4, in four parts of 2.
    expect(way(4, at(0, 8), at(2, 8), at(3, -4), at(5, -4), at(7, -4), at(9, -4))).toEqual([2, 4, 2, 0, -2, -4])
  })

  it('has the latest price', () => {
    expect(runAt(twapStep({ overMs: 8, slices: 2 }), [at(0, 2, 5), at(4, 2, 6)])).toEqual([
      { lots: 1, price: 5 },
      { lots: 2, price: 6 },
    ])
  })

  it('says nothing while nothing is wanted', () => {
    expect(way(4, at(0, 0), at(9, 0))).toEqual([])
  })

  it('always arrives, in as many parts at most, and never goes back on its way', () => {
    const property = fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 9 }), (lots, slices) => {
      const steps = [0, ...way(slices, ...Array.from({ length: 30 }, (_, i) => at(i / 3, lots)))]
      expect(steps.at(-1)).toBe(lots)
      expect(steps.length - 1).toBeLessThanOrEqual(slices)
      for (const [i, step] of steps.entries()) if (i > 0) expect((step - steps[i - 1]!) * lots).toBeGreaterThan(0)
    })
    fc.assert(property, { seed: 1, numRuns: 200 })
  })

  it('refuses times and parts that are none', () => {
    for (const overMs of [0, -1, Number.NaN]) expect(() => twapStep({ overMs, slices: 1 })).toThrow(`found ${overMs}`)
    for (const slices of [0, 1.5, Number.NaN]) expect(() => twapStep({ overMs: 1, slices })).toThrow(`found ${slices}`)
  })
})
