import { describe, expect, it } from 'vitest'
import { quotesAround } from '../engine/testing/operator/markets-by-hand.ts'
import { outputsOf } from '../engine/testing/operator/running.ts'
import { smaCross } from './sma-cross.ts'

const ordered = (...prices: readonly number[]): readonly unknown[] =>
  outputsOf(smaCross.build({ barMs: 1000, fast: 1, slow: 3, lots: 2 }), quotesAround(...prices)).map(
    ({ value }) => value,
  )

describe('sma-cross', () => {
  it('buys when the market turns up, and turns its position when the market turns down', () => {
    // Slow lines of the bars from the third on: 8, 26 / 3, 26 / 3 and 20 / 3, by hand.
    expect(ordered(9, 8, 7, 11, 8, 1, 1)).toMatchObject([
      { type: 'market', side: 'buy', lots: 2, timeInForce: 'IOC' },
      { side: 'sell', lots: 4 },
    ])
  })

  it('stays out of a flat market', () => {
    expect(ordered(...Array.from({ length: 50 }, () => 9))).toEqual([])
  })
})
