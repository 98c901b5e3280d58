import { describe, expect, it } from 'vitest'
import { currency } from './cash.ts'
import { type Cross, convert, rateOf } from './conversion.ts'
import { minor } from './units.ts'

const crosses: readonly Cross[] = [
  { base: 'EUR', quote: 'USD', bid: 1.1, ask: 1.2 },
  { base: 'USD', quote: 'JPY', bid: 150, ask: 151 },
  { base: 'GBP', quote: 'EUR', bid: 1.25, ask: 1.26 },
]
const money = (code: string, amount: number, decimals = 2) => ({
  currency: currency(code, decimals),
  amount: minor(amount),
})

describe('money in another currency', () => {
  it('sells what we have at the bid, and buys what we owe at the ask', () => {
    expect(convert(money('EUR', 1000), currency('USD', 2), crosses).amount).toBe(1100)
    expect(convert(money('EUR', -1000), currency('USD', 2), crosses).amount).toBe(-1200)
  })

  it('turns a cross round: what we have buys at the ask', () => {
    expect(convert(money('USD', 1200), currency('EUR', 2), crosses).amount).toBe(1000)
    expect(convert(money('USD', -1100), currency('EUR', 2), crosses).amount).toBe(-1000)
  })

  it('goes by others where there is no cross, and by as few as it can', () => {
    expect(rateOf('GBP', 'JPY', 'sell', crosses)).toBe(1.25 * 1.1 * 150)
    expect(rateOf('GBP', 'JPY', 'sell', [...crosses, { base: 'GBP', quote: 'JPY', bid: 200, ask: 201 }])).toBe(200)
  })

  it('keeps the places of either currency, rounded once', () => {
    expect(convert(money('USD', 101), currency('JPY', 0), crosses)).toEqual(money('JPY', 152, 0))
    expect(convert(money('JPY', 1, 0), currency('USD', 6), crosses).amount).toBe(6623)
    expect(convert(money('EUR', 0), currency('USD', 2), crosses)).toEqual(money('USD', 0))
  })

  it('in its own currency is what it was', () => {
    expect(convert(money('USD', -7), currency('USD', 2), [])).toEqual(money('USD', -7))
  })

  it('costs at least the spread, there and back', () => {
    for (let amount = 100_000; amount < 101_000; amount += 17) {
      const there = convert(money('EUR', amount), currency('JPY', 0), crosses)
      expect(convert(there, currency('EUR', 2), crosses).amount).toBeLessThan(amount)
    }
  })

  it.each([
    ['CHF', 'no cross leads from CHF to USD: there are EUR/USD, USD/JPY, GBP/EUR; expected CHF/USD, USD/CHF or a way'],
    ['XAU', 'XAU/USD is 0 to 1, expected prices above 0'],
  ])('%s without a cross is refused', (code, message) => {
    const some = code === 'XAU' ? [{ base: 'XAU', quote: 'USD', bid: 0, ask: 1 }] : crosses
    const refused = expect.objectContaining({ code: 'MARKET_CROSS', message: expect.stringContaining(message) })
    expect(() => convert(money(code, 1), currency('USD', 2), some)).toThrow(refused)
  })
})
