import { describe, expect, it } from 'vitest'
import type { Params } from '../engine/flow/pipeline.ts'
import { instrumentFor } from '../engine/market/definitions.ts'
import type { Intent } from '../engine/market/order.ts'
import { quote } from '../engine/market/quote.ts'
import { outputsOf } from '../engine/testing/operator/running.ts'
import type { Arrival } from '../engine/testing/operator/tape.ts'
import { meanReversion } from './mean-reversion.ts'

const eurusd = instrumentFor('EURUSD')
const opening: readonly Arrival[] = [
  { topic: 'instruments', key: 'EURUSD', record: { ...eurusd } },
  { topic: 'accounts', key: '*', record: { at: eurusd.at, balance: 10_000_000_000 } },
]

/** One quote every 100 ms, so ten to a bar of a second. */
const tape = (pips: readonly number[]): Arrival[] =>
  pips.map((pip, i) => ({
    topic: 'quotes',
    key: 'EURUSD',
    record: { ...quote({ at: i * 100_000, bid: 1.25 + (pip - 0.5) / 1e4, ask: 1.25 + (pip + 0.5) / 1e4 }) },
  }))

/** Up and down around one price, with bars that lean to neither side. */
const calm = (count: number): number[] => Array.from({ length: count }, (_, i) => [0, 1, 0, -1, 0][i % 5]!)

const ordered = (pips: readonly number[], params: Params = {}): string[] => {
  // The calm bars close where they opened, at a strength index of 50: 51 lets both sides enter there.
  const pipeline = meanReversion.build({ barMs: 1000, strength: 3, enter: 3, oversold: 51, ...params })
  return outputsOf(pipeline, [...opening, ...tape(pips)]).map(({ value }) => {
    const { side, lots } = value as Intent
    return `${side} ${lots}`
  })
}

describe('mean-reversion', () => {
  // 0.5 % of 10,000 dollars is 50; 20 bps of 1.2508 are 251 ticks, 2.51 dollars a lot: 19 lots.
  it('sells a leap in a calm market and closes when the price is back', () => {
    expect(ordered([...calm(200), 8, 8, 0, 0, 0])).toEqual(['sell 19', 'buy 19'])
  })

  it('buys a fall', () => {
    expect(ordered([...calm(200), -8, -8, 0, 0, 0])).toEqual(['buy 20', 'sell 20'])
  })

  it('stays out of a trend', () => {
    const trend = Array.from({ length: 200 }, (_, i) => i)
    expect(ordered([...trend, 220, 220, 200])).toEqual([])
  })

  it('stays out when the strength index does not confirm', () => {
    expect(ordered([...calm(200), 8, 8, 0, 0, 0], { oversold: 1 })).toEqual([])
  })

  it('does nothing on a flat market', () => {
    expect(ordered(Array.from({ length: 300 }, () => 1))).toEqual([])
  })
})
