import { describe, expect, it } from 'vitest'
import { buyingPower, isMarginCall, margin, marginOn } from './margin.ts'
import { minor } from './units.ts'

describe('a margin', () => {
  it('is rounded up, and a float does not make it more', () => {
    expect([1_000_000, 1_000_001, -30].map(notional => marginOn(minor(notional), 0.1))).toEqual([100_000, 100_001, 3])
    expect(marginOn(minor(0), 0.1)).toBe(0)
  })

  it('and what it opens are the two ends of one rule', () => {
    for (const initial of [0.05, 0.1, 1 / 3, 0.5, 1]) {
      for (let equity = 0; equity < 3000; equity += 7) {
        const most = buyingPower(minor(equity), margin({ initial }))
        expect(marginOn(most, initial)).toBeLessThanOrEqual(equity)
        expect(marginOn(minor(most + Math.ceil(2 / initial)), initial)).toBeGreaterThan(equity)
      }
    }
    expect(buyingPower(minor(-5), margin({ initial: 0.1 }))).toBe(0)
  })

  it('opens no more than large accounts have, either', () => {
    for (const initial of [0.02, 0.05, 0.5]) {
      for (const equity of [123_456_789_012, 5_000_000_000_000, 10_000_000_000_000]) {
        const most = buyingPower(minor(equity), margin({ initial }))
        expect(marginOn(most, initial)).toBeLessThanOrEqual(equity)
        expect(equity - most * initial).toBeLessThan(1)
      }
    }
  })

  it('is called when the account is worth less than its positions want', () => {
    const shares = margin({ initial: 0.1, maintenance: 0.05 })
    expect([4_999, 5_000, 5_001].map(equity => isMarginCall(minor(equity), minor(-100_000), shares))).toEqual([
      true,
      false,
      false,
    ])
  })

  it.each([
    [{ initial: 0 }, 'initial margin is 0'],
    [{ initial: 1.5 }, 'initial margin is 1.5'],
    [{ initial: 0.1, maintenance: 0.2 }, 'maintenance margin is 0.2, expected above 0 and up to 0.1'],
    [{ initial: Number.NaN }, 'initial margin is NaN'],
  ])('%j is refused', (given, message) => {
    const refused = expect.objectContaining({ code: 'MARKET_MARGIN', message: expect.stringContaining(message) })
    expect(() => margin(given)).toThrow(refused)
  })
})
