import { describe, expect, it } from 'vitest'
import { quotesAround } from '../engine/testing/operator/markets-by-hand.ts'
import { outputsOf } from '../engine/testing/operator/running.ts'
import { breakout } from './breakout.ts'

const ordered = (...prices: readonly number[]): readonly unknown[] => {
  const pipeline = breakout.build({ barMs: 1000, enter: 4, leave: 2, lots: 3 })
  return outputsOf(pipeline, quotesAround(...prices)).map(({ value }) => value)
}

describe('breakout', () => {
  it('buys above the bars before, and leaves below fewer of them', () => {
    // Above 6 of four bars; 7 holds; 6 is below the 7 and 8 of two bars.
    expect(ordered(5, 6, 5, 6, 7, 8, 6, 6)).toMatchObject([
      { type: 'market', side: 'buy', lots: 3, timeInForce: 'IOC' },
      { side: 'sell', lots: 3 },
    ])
  })

  it('sells below them, and turns where the other side breaks', () => {
    expect(ordered(5, 6, 5, 6, 4, 9, 9)).toMatchObject([
      { side: 'sell', lots: 3 },
      { side: 'buy', lots: 6 },
    ])
  })

  it('stays out of a range and of a flat market', () => {
    expect(ordered(5, 6, 5, 6, 5, 6, 5, 6, 5, 6)).toEqual([])
    expect(ordered(...Array.from({ length: 20 }, () => 9))).toEqual([])
  })
})
