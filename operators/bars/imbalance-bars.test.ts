import { describe, expect, it } from 'vitest'
import type { Trade } from '../../engine/market/trade.ts'
import { tradesOf } from '../../engine/testing/operator/markets-by-hand.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { type ImbalanceBarsOptions, imbalanceBarsStep } from './imbalance-bars.ts'

const options: ImbalanceBarsOptions = { by: 'trades', trades: 4, least: 2, most: 50, memory: 5, floor: 0.2 }

const countsOf = (trades: readonly Trade[], changed: Partial<ImbalanceBarsOptions> = {}): number[] =>
  run(imbalanceBarsStep({ ...options, ...changed }), trades).map(bar => bar.count)

describe('imbalanceBars', () => {
  it('is complete when the imbalance is what is expected of a bar', () => {
    // The first bar: 4 trades of an imbalance of 0.5 each. The second is complete at an imbalance of 2.
    expect(countsOf(tradesOf('bbsb' + 'bsbsbb'))).toEqual([4, 6])
    expect(countsOf(tradesOf('bbsb' + 'ss'))).toEqual([4, 2])
  })

  it('expects what has been, with the weights of an exponential mean', () => {
    // After bars of 4 and 2 trades, with imbalances of 0.5 and -1 each: 4 - 2 / 3 trades, of 0.5 - 1.5 / 3 = 0 each.
    // The floor makes it 0.2 of 1, so that 2 / 3 are expected.
    expect(countsOf(tradesOf('bbsb' + 'ss' + 'bsb'))).toEqual([4, 2, 3])
    expect(countsOf(tradesOf('bbsb' + 'ss' + 'bb'))).toEqual([4, 2, 2])
  })

  it('counts sizes and what was paid', () => {
    const trades = tradesOf('bbbbbs', 3).map((each, i) => ({ ...each, size: i === 5 ? 100 : 3 }))
    expect(countsOf(trades)).toEqual([4])
    expect(countsOf(trades, { by: 'volume' })).toEqual([4, 2])
    expect(countsOf(trades, { by: 'notional' })).toEqual([4, 2])
  })

  it('refuses bounds that make no sense', () => {
    expect(() => imbalanceBarsStep({ ...options, least: 5 })).toThrow('trades is from least 5 to most 50, found 4')
    expect(() => imbalanceBarsStep({ ...options, memory: 0 })).toThrow('memory is an integer of at least 1, found 0')
    for (const floor of [0, 1.1, Number.NaN])
      expect(() => imbalanceBarsStep({ ...options, floor })).toThrow(`at most 1, found ${floor}`)
  })
})
