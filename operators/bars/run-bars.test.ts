import { describe, expect, it } from 'vitest'
import type { Trade } from '../../engine/market/trade.ts'
import { tradesOf } from '../../engine/testing/operator/markets-by-hand.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import type { ExpectationOptions } from '../expectations.ts'
import { runBarsStep } from './run-bars.ts'

const options: ExpectationOptions = { by: 'trades', trades: 4, least: 2, most: 50, memory: 5 }

const countsOf = (trades: readonly Trade[], changed: Partial<ExpectationOptions> = {}): number[] =>
  run(runBarsStep({ ...options, ...changed }), trades).map(bar => bar.count)

describe('runBars', () => {
  it('is complete when one side has done what is expected of the stronger', () => {
    // The first bar: 4 trades, 0.75 of each bought. The second is complete when one side has 3.
    expect(countsOf(tradesOf('bbsb' + 'sbsbs'))).toEqual([4, 5])
    expect(countsOf(tradesOf('bbsb' + 'sss'))).toEqual([4, 3])
  })

  it('expects what has been, with the weights of an exponential mean', () => {
    // After bars of 4 and 3 trades: 4 - 1 / 3 trades; bought 0.75 - 0.75 / 3 = 0.5, sold 0.25 + 0.75 / 3 = 0.5 each.
    expect(countsOf(tradesOf('bbsb' + 'sss' + 'bsb'))).toEqual([4, 3, 3])
  })

  it('refuses bounds that make no sense', () => {
    expect(() => runBarsStep({ ...options, most: 3 })).toThrow('trades is from least 2 to most 3, found 4')
    expect(() => runBarsStep({ ...options, trades: 2.5 })).toThrow('trades is an integer of at least 1, found 2.5')
  })
})
