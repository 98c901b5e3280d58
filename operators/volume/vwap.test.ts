import { describe, expect, it } from 'vitest'
import type { Trade } from '../../engine/market/trade.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf, inputsOf } from '../golden.ts'
import { vwapStep } from './vwap.ts'

const hours = { zone: 'UTC', open: '22:30', close: '22:30', days: [1, 2, 3, 4, 5, 6, 7] }
const at = (time: string): number => Date.parse(`2023-11-14T${time}Z`) * 1000

describe('vwap', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('vwap', run(vwapStep({}), bars))).toBeLessThan(1e-14)
    expect(errorOf('vwap from 22:30', run(vwapStep({ hours }), bars))).toBeLessThan(1e-14)
    expect(errorOf('vwap of trades', run(vwapStep({}), inputsOf<Trade>('trades')))).toBeLessThan(1e-14)
  })

  it('passes over what comes while the market is closed', () => {
    const hours = { zone: 'UTC', open: '22:30', close: '23:00' }
    const inside = bars.filter(({ start }) => start >= at('22:30') && start < at('23:00'))
    expect(run(vwapStep({ hours }), bars)).toEqual(run(vwapStep({}), inside))
  })

  it('is the price until something is traded, and on a flat market', () => {
    const trade = (price: number, size: number) => ({ at: 0 as Trade['at'], price, size })
    expect(run(vwapStep({}), [trade(0.1, 0), trade(0.3, 0), trade(0.7, 0.1)])).toEqual([0.1, 0.3, 0.7])
    expect(run(vwapStep({}), [trade(0.1, 3), trade(0.1, 5)])).toEqual([0.1, 0.1])
  })

  it('keeps small moves at a large price', () => {
    const trade = (price: number) => ({ at: 0 as Trade['at'], price, size: 3 })
    expect(run(vwapStep({}), [1e9, 1e9 + 2 ** -12].map(trade))).toEqual([1e9, 1e9 + 2 ** -13])
  })
})
