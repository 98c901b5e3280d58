import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { notional, termsOf, toTicks } from '../../engine/market/decimal.ts'
import { instrument } from '../../engine/market/instrument.ts'
import type { Lots } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { riskSizeStep } from './risk-size.ts'

const eurusd = instrument({
  id: 'EURUSD',
  venue: 'sim',
  tickSize: '0.00001',
  lotSize: '1000',
  quoteCurrency: 'USD',
  decimals: 2,
})
const dollars = (amount: number) => ({ at: 0, balance: amount * 100 })
const long = { direction: 1, price: 1.25 } as const

const sized = (
  pct: number,
  stopBps: number,
  balance: number,
  signal: { direction: 1 | -1 | 0; price: number } = long,
) => run(riskSizeStep({ pct, stopBps }), [signal], { accounts: [dollars(balance)], instruments: [eurusd] })[0]!.lots

describe('riskSize', () => {
  it('is the balance times the share over the loss of one lot at the stop', () => {
    // 1 % of 10,000 is 100 dollars; 16 bps of 1.25 are 20 pips; a lot of 1,000 loses 2 dollars: 50 lots.
    expect(sized(1, 16, 10_000)).toBe(50)
    expect(sized(1, 16, 10_000, { direction: -1, price: 1.25 })).toBe(-50)
  })

  it('rounds down to whole lots', () => {
    expect(sized(1, 16, 10_199)).toBe(50)
    expect(sized(1, 16, 10_200)).toBe(51)
  })

  it('is 0, and no other 0, when flat, when broke and when the balance does not bear one lot', () => {
    expect(sized(1, 16, 10_000, { direction: 0, price: 1.25 })).toBe(0)
    expect(sized(1, 16, -500, { direction: -1, price: 1.25 })).toBe(0)
    expect(sized(1, 16, 199, { direction: -1, price: 1.25 })).toBe(0)
    expect(sized(1, 16, 10_000, { direction: 1, price: 0 })).toBe(0)
  })

  it('says nothing before it has heard the account and the instrument', () => {
    const step = riskSizeStep({ pct: 1, stopBps: 16 })
    expect(run(step, [long])).toEqual([])
    expect(run(step, [long], { accounts: [dollars(10_000)] })).toEqual([])
    expect(run(step, [long], { instruments: [eurusd] })).toEqual([])
  })

  it('takes the latest balance', () => {
    const heard = { accounts: [dollars(10_000), dollars(20_000)], instruments: [eurusd] }
    expect(run(riskSizeStep({ pct: 1, stopBps: 16 }), [long], heard)).toEqual([{ lots: 100, price: 1.25 }])
  })

  it('never loses more than the share at the stop, and would with one lot more', () => {
    const terms = termsOf(eurusd)
    const property = fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.integer({ min: 1000, max: 500_000 }),
      (pct, stopBps, balance, ticks) => {
        const price = ticks / 1e5
        const lots = sized(pct, stopBps, balance, { direction: 1, price })
        const stop = toTicks((price * stopBps) / 1e4, terms, 'up')
        expect(notional(stop, lots, terms)).toBeLessThanOrEqual(balance * pct)
        expect(notional(stop, (lots + 1) as Lots, terms)).toBeGreaterThan(balance * pct)
      },
    )
    fc.assert(property, { seed: 1, numRuns: 500 })
  })

  it('refuses shares and stops that are none', () => {
    for (const pct of [0, -1, 101, Number.NaN]) expect(() => riskSizeStep({ pct, stopBps: 1 })).toThrow(`found ${pct}`)
    for (const stopBps of [0, -1, Number.NaN])
      expect(() => riskSizeStep({ pct: 1, stopBps })).toThrow(`found ${stopBps}`)
  })
})
