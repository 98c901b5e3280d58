import { describe, expect, it } from 'vitest'
import { financingOn, financings, funding, overnight } from './financing.ts'
import { minor } from './units.ts'

describe('financing', () => {
  it('of perpetuals goes from longs to shorts, or back', () => {
    const paid = [0.0001, -0.0001, 0].map(rate =>
      [5_000_000, -5_000_000, 0].map(n => financingOn(minor(n), funding({ at: 1, rate }))),
    )
    expect(paid).toEqual([
      [500, -500, 0],
      [-500, 500, 0],
      [0, 0, 0],
    ])
  })

  it('of nights is a share of a year, for each side its own', () => {
    // 100,000.00 at -2.5 % for three nights of 360: 20.83 paid to it.
    const night = overnight({ at: 1, nights: 3, longPct: -2.5, shortPct: 7.3, daysPerYear: 360 })
    expect(financingOn(minor(10_000_000), night)).toBe(-2083)
    expect(
      financingOn(
        minor(-36_500_000),
        overnight({ ...{ at: 1, nights: 1, longPct: 0 }, shortPct: 7.3, daysPerYear: 365 }),
      ),
    ).toBe(7300)
  })

  it('is an event of a topic', () => {
    const names = financings.schema.fields.map(({ name }) => name)
    expect(Object.keys(funding({ at: 7, rate: 0.0003 }))).toEqual(['at', ...names])
  })

  it.each([
    [() => funding({ at: 1, rate: 1 }), 'rate is 1'],
    [() => funding({ at: 1, rate: Number.NaN }), 'rate is NaN'],
    [() => overnight({ at: 1, nights: 0, longPct: 1, shortPct: 1 }), 'nights is 0'],
    [() => overnight({ at: 1, nights: 1, longPct: 1, shortPct: 1, daysPerYear: 364 }), 'days of a year is 364'],
  ])('that makes no sense is refused', (make, message) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'MARKET_FINANCING', message: expect.stringContaining(message) }),
    )
  })
})
