import { describe, expect, it } from 'vitest'
import { fill } from '../../engine/market/fill.ts'
import { instrument } from '../../engine/market/instrument.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { inputsOf } from '../golden.ts'
import { heardBy, sizingCases } from '../sizing-cases.ts'
import { allocateStep } from './allocate.ts'

const share = instrument({
  id: 'GOOG',
  venue: 'sim',
  tickSize: '0.01',
  lotSize: '1',
  quoteCurrency: 'USD',
  decimals: 2,
})
const dollars = (amount: number) => ({ at: 0, balance: Math.round(amount * 100) })
const bought = (side: 'buy' | 'sell', lots: number, price: number) =>
  fill({ at: 0, orderId: 'o', side, lots, price: Math.round(price * 100), fee: 0, quoteAgeUs: 0 })

const lotsOf = (
  pct: number,
  balance: number,
  price: number,
  { direction = 1, fills = [] }: { direction?: -1 | 0 | 1; fills?: readonly ReturnType<typeof fill>[] } = {},
) =>
  run(allocateStep({ pct }), [{ direction, price }], {
    instruments: [share],
    fills,
    accounts: [dollars(balance)],
  })[0]!.lots

describe('allocate', () => {
  it('gives the lots that exact fractions give', () => {
    const lots = sizingCases.map(known => {
      const { direction, ticks, held, entry } = known
      const side = held > 0 ? ('buy' as const) : ('sell' as const)
      const bought = { at: 0, orderId: 'o', side, lots: Math.abs(held), price: entry, fee: 0, quoteAgeUs: 0 }
      const heard = { ...heardBy(known), fills: held === 0 ? [] : [fill(bought)] }
      return run(allocateStep({ pct: 62.5 }), [{ direction, price: ticks / 1e5 }], heard)[0]!.lots
    })
    expect(lots).toEqual(inputsOf('allocate'))
  })

  it('buys as many whole lots as the share of the equity pays for', () => {
    expect(lotsOf(100, 10_000, 101.01)).toBe(99)
    expect(lotsOf(100, 10_099, 101)).toBe(99)
    expect(lotsOf(100, 10_100, 101)).toBe(100)
    expect(lotsOf(50, 10_100, 101)).toBe(50)
    expect(lotsOf(200, 10_100, 101)).toBe(200)
  })

  it('counts what the open position would gain at the price', () => {
    // 10,000 dollars and 10 shares that were bought at 100 and stand at 110: 10,100 over 110.
    expect(lotsOf(100, 10_000, 110, { fills: [bought('buy', 10, 100)] })).toBe(91)
    // The same sold short: 9,900 over 110.
    expect(lotsOf(100, 10_000, 110, { direction: -1, fills: [bought('sell', 10, 100)] })).toBe(-90)
    expect(lotsOf(100, 10_000, 110, { fills: [bought('buy', 10, 100), bought('sell', 10, 105)] })).toBe(90)
  })

  it('is 0, and no other 0, when flat, when broke and when the equity does not pay for one lot', () => {
    expect(lotsOf(100, 10_000, 100, { direction: 0 })).toBe(0)
    expect(lotsOf(100, -5, 100, { direction: -1 })).toBe(0)
    expect(lotsOf(100, 99.99, 100)).toBe(0)
  })

  it('says nothing before it has heard the account and the instrument', () => {
    const signal = { direction: 1, price: 1 } as const
    expect(run(allocateStep({ pct: 100 }), [signal])).toEqual([])
    expect(run(allocateStep({ pct: 100 }), [signal], { accounts: [dollars(5)] })).toEqual([])
  })

  it('refuses a share that is none', () => {
    for (const pct of [0, -1, Number.NaN, Infinity]) expect(() => allocateStep({ pct })).toThrow(`found ${pct}`)
  })
})
