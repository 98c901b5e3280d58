import { describe, expect, it } from 'vitest'
import { chanceOf } from '../../engine/testing/operator/market.ts'
import { tradesOf } from '../../engine/testing/operator/markets-by-hand.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { imbalanceBarsStep } from './imbalance-bars.ts'
import { runBarsStep } from './run-bars.ts'

const options = { by: 'trades', trades: 4, least: 2, most: 50, memory: 5 } as const

describe.each([
  ['imbalanceBars', imbalanceBarsStep({ ...options, floor: 0.2 })],
  ['runBars', runBarsStep(options)],
])('%s', (_name, step) => {
  const countsOf = (sides: string): number[] => run(step, tradesOf(sides)).map(bar => bar.count)

  it('neither runs away nor collapses', () => {
    const chance = chanceOf(7)
    const sides = Array.from({ length: 20_000 }, (_, i) => (chance() < (i < 9_000 ? 0.5 : 0.95) ? 'b' : 's'))
    const counts = countsOf(sides.join(''))
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(2)
    expect(Math.max(...counts)).toBeLessThanOrEqual(50)
    expect(counts.length).toBeGreaterThan(400)
  })

  it('has bars of the most trades where nobody can tell a side', () => {
    expect(countsOf('?'.repeat(110))).toEqual([4, 50, 50])
  })
})
