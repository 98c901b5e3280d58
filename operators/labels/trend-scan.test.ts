import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { type TrendScan, trendScanStep } from './trend-scan.ts'

const scan = (closes: readonly number[], least: number, most: number): TrendScan[] =>
  run(
    trendScanStep({ least, most }),
    closes.map((close, at) => ({ at: at as Micros, close })),
  )

describe('trendScan', () => {
  it('is the surest of the least squares lines, each fitted on its own', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 30 }), closes => {
        const found = scan(closes, 3, 7)
        expect(found).toHaveLength(Math.max(0, closes.length - 7))
        for (const [from, { until, t }] of found.entries()) {
          const lines = [3, 4, 5, 6, 7].map(length => tOf(closes.slice(from, from + length + 1)))
          const best = Math.max(...lines.map(Math.abs))
          expect(Math.abs(t) / best || 1).toBeCloseTo(1, 9)
          expect(lines[until - from - 3]! / t || 1).toBeCloseTo(1, 9)
        }
      }),
      { seed: 8, numRuns: 200 },
    )
  })

  it('knows no direction on a flat market, and is as sure as it can be of a straight line', () => {
    expect(scan([4, 4, 4, 4], 2, 3)).toEqual([{ at: 3, from: 0, until: 2, direction: 0, t: 0 }])
    expect(scan([1e9, 1e9 - 2 ** -12, 1e9 - 2 ** -11], 2, 2)[0]).toMatchObject({ direction: -1, t: -1e6 })
  })

  it('refuses lines of two points, and a longest below the shortest', () => {
    expect(() => trendScanStep({ least: 1, most: 5 })).toThrow('trendScan: least is an integer of at least 2, found 1')
    expect(() => trendScanStep({ least: 5, most: 4 })).toThrow('trendScan: most is at least 5, found 4')
  })
})

/** By the residuals of the line. */
const tOf = (ys: readonly number[]): number => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const xs = ys.map((_, x) => x)
  const [x0, y0] = [mean(xs), mean(ys)]
  const spread = xs.reduce((sum, x) => sum + (x - x0) ** 2, 0)
  const slope = xs.reduce((sum, x) => sum + (x - x0) * (ys[x]! - y0), 0) / spread
  const rest = xs.reduce((sum, x) => sum + (ys[x]! - y0 - slope * (x - x0)) ** 2, 0)
  const total = xs.reduce((sum, x) => sum + (ys[x]! - y0) ** 2, 0)
  if (total === 0) return 0
  return rest < 1e-12 * total ? 1e6 * Math.sign(slope) : slope / Math.sqrt(rest / (ys.length - 2) / spread)
}
