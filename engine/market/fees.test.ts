import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { feeOf, notional, termsOf } from './decimal.ts'
import { type FeeSchedule, feeFor, feeSchedule } from './fees.ts'
import { instrument } from './instrument.ts'
import { lots, minor, ticks } from './units.ts'

const shares = { id: 'X', venue: 'NYSE', tickSize: '0.01', lotSize: '1', quoteCurrency: 'USD', decimals: 4 }
const terms = termsOf(instrument(shares))
/** 100 shares at 25.37: 2,537.0000 dollars. */
const deal = { notional: notional(ticks(2537), lots(100), terms), lots: lots(100), volume: minor(0) }
const fee = (schedule: Partial<FeeSchedule>, more: Partial<typeof deal> & { liquidity?: 'maker' } = {}): number =>
  feeFor(feeSchedule(schedule), { ...deal, liquidity: 'taker', ...more }, terms)

describe('a fee', () => {
  it('is a share of the notional, for takers and for makers', () => {
    const tiers = [{ from: '0', takerBps: 2.5, makerBps: -0.5 }]
    // 2,537.0000 x 0.00025 = 0.63425, the half up; x -0.00005 = -0.12685, the half away from zero.
    expect([fee({ tiers }), fee({ tiers }, { liquidity: 'maker' })]).toEqual([6343, -1269])
  })

  it('is for each unit on top, sold or bought', () => {
    expect(fee({ perUnit: '0.0035' })).toBe(3500)
    expect(fee({ perUnit: '0.0035' }, { lots: lots(-100), notional: minor(-deal.notional) })).toBe(3500)
    expect(fee({ perUnit: '0.0035', tiers: [{ from: '0', takerBps: 1, makerBps: 0 }] })).toBe(3500 + 2537)
  })

  it('is at least what the venue asks, but a rebate is not', () => {
    expect(fee({ perUnit: '0.0035', least: '0.35' })).toBe(3500)
    expect(fee({ perUnit: '0.0035', least: '1' })).toBe(10_000)
    expect(fee({ tiers: [{ from: '0', takerBps: -1, makerBps: 0 }], least: '1' })).toBe(-2537)
  })

  it('falls by what was traded before', () => {
    const tiers = [
      { from: '0', takerBps: 10, makerBps: 5 },
      { from: '1000000', takerBps: 5, makerBps: 0 },
    ]
    const before = [0, 999_999.9999, 1_000_000, 5e9].map(volume =>
      fee({ tiers }, { volume: minor(Math.round(volume * 1e4)) }),
    )
    expect(before).toEqual([25_370, 25_370, 12_685, 12_685])
  })

  it.each([
    ['nearest', 6300, -1300],
    ['up', 6400, -1200],
    ['down', 6300, -1300],
  ] as const)(
    'is rounded %s to the places of the venue: what is paid, and what is given back',
    (rounding, taker, maker) => {
      const tiers = [{ from: '0', takerBps: 2.5, makerBps: -0.5 }]
      const found = [fee({ tiers, places: 2, rounding }), fee({ tiers, places: 2, rounding }, { liquidity: 'maker' })]
      expect(found).toEqual([taker, maker])
    },
  )

  it('without more than a share is that of feeOf', () => {
    const bps = fc.integer({ min: -1000_0000, max: 1000_0000 }).map(n => n / 1e4)
    fc.assert(
      fc.property(bps, fc.integer({ min: -1e12, max: 1e12 }), (takerBps, amount) => {
        const schedule = feeSchedule({ tiers: [{ from: '0', takerBps, makerBps: 0 }] })
        const given = { ...deal, notional: minor(amount), liquidity: 'taker' } as const
        expect(feeFor(schedule, given, terms)).toBe(feeOf(minor(Math.abs(amount)), takerBps) + 0)
      }),
      { seed: 1, numRuns: 500 },
    )
  })
})

it.each([
  ['no tiers', { tiers: [] }, 'first tier from'],
  [
    'a first tier above 0',
    { tiers: [{ from: '1', takerBps: 0, makerBps: 0 }] },
    "first tier from is '1', expected '0'",
  ],
  [
    'tiers that do not rise',
    { tiers: ['0', '5', '5'].map(from => ({ from, takerBps: 0, makerBps: 0 })) },
    "tier from is '5', expected more",
  ],
  ['a fee too fine', { tiers: [{ from: '0', takerBps: 0.00001, makerBps: 0 }] }, 'taker fee is 0.00001'],
  ['a fee below 0 for a unit', { perUnit: '-1' }, 'fee per unit'],
  ['a least fee below 0', { least: '-0.1' }, 'least fee'],
  ['no such rounding', { rounding: 'even' as never }, "rounding is 'even', expected 'nearest', 'up' or 'down'"],
  ['no such places', { places: 13 }, 'places is 13'],
])('a schedule with %s is refused', (_, schedule, message) => {
  expect(() => feeSchedule(schedule)).toThrow(
    expect.objectContaining({ code: 'MARKET_FEE', message: expect.stringContaining(message) }),
  )
})
