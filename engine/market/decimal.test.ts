import { describe, expect, test } from 'vitest'
import {
  feeOf,
  formatDecimal,
  isOnTick,
  notional,
  parseDecimal,
  parseFloat64,
  share,
  termsOf,
  toLots,
  toPrice,
  toQuantity,
  toTicks,
} from './decimal.ts'
import { instrument } from './instrument.ts'
import type { Lots, Minor, Ticks } from './units.ts'

const eurusd = { id: 'EURUSD', venue: 'sim', tickSize: '0.00001', lotSize: '1000', quoteCurrency: 'USD' }
const terms = termsOf(instrument(eurusd))

describe('termsOf', () => {
  test('gives the steps as numbers, and the worth of one tick of one lot in whole minor units', () => {
    expect(terms).toEqual({
      tickSize: 0.00001,
      tickDigits: 1,
      priceScale: 100_000,
      lotSize: 1000,
      lotDigits: 1000,
      lotScale: 1,
      decimals: 6,
      minorPerTickLot: 10_000,
    })
  })

  test('takes the multiplier into account and ignores zeros at the end', () => {
    const es = { id: 'ES', venue: 'sim', tickSize: '0.250', lotSize: '1', multiplier: '50', quoteCurrency: 'USD' }
    expect(termsOf(instrument({ ...es, decimals: 1 })).minorPerTickLot).toBe(125)
  })

  test('refuses money that is too coarse, and says which grain would do', () => {
    expect(() => instrument({ ...eurusd, lotSize: '1', decimals: 2 })).toThrow(
      expect.objectContaining({
        code: 'MARKET_MONEY_GRAIN',
        message:
          'one tick of one lot of EURUSD is worth 0.00001, expected a multiple of the minor unit: ' +
          'money is kept in 2 decimals, 5 would do',
      }),
    )
  })

  test.each(['0', '-0.01', 'abc', '', '1e-20', '0x1'])('refuses the tick size %j', tickSize => {
    expect(() => instrument({ ...eurusd, tickSize })).toThrow(expect.objectContaining({ code: 'MARKET_DECIMAL' }))
  })
})

describe('prices', () => {
  test.each([
    [1.38675, 'nearest', 138675],
    [1.386754, 'nearest', 138675],
    [1.386755, 'nearest', 138676],
    [-1.386755, 'nearest', -138676],
    [1.386759, 'down', 138675],
    [1.386751, 'up', 138676],
    [1.3867500000001, 'up', 138675],
    [1.3867499999999, 'down', 138675],
    [-1.386751, 'down', -138676],
    [-0.000001, 'up', 0],
    [-0.000001, 'nearest', 0],
  ] as const)('%d rounded %s is %d ticks', (price, rounding, ticks) => {
    expect(toTicks(price, terms, rounding)).toBe(ticks)
  })

  test('are the floats nearest to the decimals', () => {
    expect(toPrice(138675 as Ticks, terms)).toBe(1.38675)
    expect(toPrice(3 as Ticks, terms)).toBe(0.00003)
  })

  test('tell whether they stand on a step', () => {
    expect(isOnTick(1.38675, terms)).toBe(true)
    expect(isOnTick(0.1 + 0.2, terms)).toBe(true)
    expect(isOnTick(1.386751, terms)).toBe(false)
  })

  test.each([Number.NaN, Infinity, -Infinity, 1e300])('refuse %d', price => {
    expect(() => toTicks(price, terms)).toThrow(expect.objectContaining({ code: 'MARKET_PRICE' }))
  })
})

describe('quantities', () => {
  test.each([
    [1999, 1],
    [2000, 2],
    [999, 0],
    [-999, 0],
    [-2500, -2],
    [2999.9999999999, 3],
  ])('%d base units are %d lots', (quantity, lots) => {
    expect(toLots(quantity, terms)).toBe(lots)
  })

  test('come back as base units', () => {
    expect(toQuantity(3 as Lots, terms)).toBe(3000)
  })

  test('refuse what cannot be counted', () => {
    expect(() => toLots(Number.NaN, terms)).toThrow(expect.objectContaining({ code: 'MARKET_QUANTITY' }))
  })
})

describe('money', () => {
  test('a notional is exact', () => {
    expect(notional(138675 as Ticks, 7 as Lots, terms)).toBe(9_707_250_000)
    expect(notional(138675 as Ticks, -7 as Lots, terms)).toBe(-9_707_250_000)
  })

  test('a notional that can no longer be counted is refused', () => {
    const most = Number.MAX_SAFE_INTEGER as Ticks
    expect(() => notional(most, 2 as Lots, terms)).toThrow(expect.objectContaining({ code: 'MARKET_MONEY' }))
  })

  test.each([
    [100_000, 1, 10],
    [5_000, 1, 1],
    [4_999, 1, 0],
    [-5_000, 1, -1],
    [1_000_000, 0.25, 25],
    [1_000_000, -0.25, -25],
    [Number.MAX_SAFE_INTEGER, 1000, 900_719_925_474_099],
  ])('the fee on %d at %d bps is %d', (amount, bps, fee) => {
    expect(feeOf(amount as Minor, bps)).toBe(fee)
  })

  test('a share needs no room for the product', () => {
    expect(share(Number.MAX_SAFE_INTEGER as Minor, 999_999_999_999, 1_000_000_000_000)).toBe(9_007_199_254_731_984)
    expect(share(-7 as Minor, 1, -2)).toBe(4)
    expect(share(-7 as Minor, 1, 2)).toBe(-4)
  })
})

describe('decimals of the wire', () => {
  test.each([
    ['1.50', 150n, 2],
    ['-0.0250', -250n, 4],
    ['+7', 7n, 0],
    ['.5', 5n, 1],
    ['5.', 5n, 0],
    ['1e-8', 1n, 8],
    ['1.5E3', 1500n, 0],
    ['12345678901234567890.123', 12345678901234567890123n, 3],
  ])('%s', (text, digits, scale) => {
    expect(parseDecimal(text)).toEqual({ digits, scale })
    expect(parseFloat64(text)).toBe(Number(text))
  })

  test.each(['', ' 1', '1 ', '.', '1,5', '0x10', 'NaN', 'Infinity', '1.2.3', '--1', '1e', '1e999', '9'.repeat(49)])(
    'refuses %j',
    text => {
      expect(() => parseDecimal(text)).toThrow(expect.objectContaining({ code: 'MARKET_DECIMAL' }))
      expect(() => parseFloat64(text)).toThrow(expect.objectContaining({ code: 'MARKET_DECIMAL' }))
    },
  )

  test('are written with all their places', () => {
    expect(formatDecimal({ digits: -12236n, scale: 4 })).toBe('-1.2236')
    expect(formatDecimal({ digits: 5n, scale: 3 })).toBe('0.005')
    expect(formatDecimal({ digits: 0n, scale: 2 })).toBe('0.00')
    expect(formatDecimal({ digits: 42n, scale: 0 })).toBe('42')
  })
})
