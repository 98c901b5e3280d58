import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  feeOf,
  formatDecimal,
  notional,
  parseDecimal,
  share,
  type Terms,
  termsOf,
  toLots,
  toPrice,
  toQuantity,
  toTicks,
} from './decimal.ts'
import { instrument } from './instrument.ts'
import type { Lots, Minor, Ticks } from './units.ts'

const runs = { seed: 20140501, numRuns: 2000 }
const money = fc.maxSafeInteger() as fc.Arbitrary<Minor>

/** Instruments of every kind of step: 0.00001, 0.25, 0.1, 5, 1e-8. */
const anyTerms: fc.Arbitrary<Terms> = fc
  .record({
    digits: fc.constantFrom(1, 2, 5, 25, 125),
    places: fc.integer({ min: 0, max: 8 }),
    lot: fc.integer({ min: -3, max: 3 }),
  })
  .map(({ digits, places, lot }) =>
    termsOf(
      instrument({
        id: 'X',
        venue: 'sim',
        tickSize: formatDecimal({ digits: BigInt(digits), scale: places }),
        lotSize: `1e${lot}`,
        quoteCurrency: 'USD',
        decimals: places + Math.max(0, -lot),
      }),
    ),
  )

test('ticks come back from their price, however they are rounded', () => {
  fc.assert(
    fc.property(anyTerms, fc.integer({ min: -1e9, max: 1e9 }), (terms, n) => {
      for (const rounding of ['nearest', 'down', 'up'] as const) {
        expect(toTicks(toPrice(n as Ticks, terms), terms, rounding)).toBe(n)
      }
    }),
    runs,
  )
})

test('a price of ticks is the float that its decimal text reads as', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 0, max: 8 }), (n, places) => {
      const tickSize = formatDecimal({ digits: 1n, scale: places })
      const terms = termsOf(
        instrument({ id: 'X', venue: 'sim', tickSize, lotSize: '1', quoteCurrency: 'USD', decimals: 8 }),
      )
      expect(toPrice(n as Ticks, terms)).toBe(Number(formatDecimal({ digits: BigInt(n), scale: places })))
    }),
    runs,
  )
})

test('down and up enclose the price, at most one tick apart, and nearest is one of them', () => {
  fc.assert(
    fc.property(anyTerms, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (terms, price) => {
      const down = toTicks(price, terms, 'down')
      const up = toTicks(price, terms, 'up')
      expect(up - down).toBeOneOf([0, 1])
      expect(toTicks(price, terms)).toBeOneOf([down, up])
      if (up !== down) {
        expect(toPrice(down, terms)).toBeLessThanOrEqual(price)
        expect(toPrice(up, terms)).toBeGreaterThanOrEqual(price)
      }
    }),
    runs,
  )
})

test('lots come back from their quantity, and never exceed what was asked for', () => {
  fc.assert(
    fc.property(
      anyTerms,
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.double({ min: 0, max: 0.98, noNaN: true }),
      (terms, n, more) => {
        const quantity = toQuantity(n as Lots, terms)
        expect(toLots(quantity, terms)).toBe(n)
        expect(toLots(quantity + Math.sign(quantity) * more * terms.lotSize, terms)).toBe(n)
      },
    ),
    runs,
  )
})

test('a notional equals big-integer arithmetic, or is refused', () => {
  fc.assert(
    fc.property(anyTerms, fc.integer(), fc.integer(), (terms, price, lots) => {
      const exact = BigInt(price) * BigInt(lots) * BigInt(terms.minorPerTickLot)
      if (exact > BigInt(Number.MAX_SAFE_INTEGER) || exact < BigInt(Number.MIN_SAFE_INTEGER)) {
        expect(() => notional(price as Ticks, lots as Lots, terms)).toThrow(
          expect.objectContaining({ code: 'MARKET_MONEY' }),
        )
      } else expect(BigInt(notional(price as Ticks, lots as Lots, terms))).toBe(exact)
    }),
    runs,
  )
})

test('a share equals big-integer arithmetic with the half away from zero', () => {
  const whole = fc.integer({ min: 1, max: 2 ** 40 })
  fc.assert(
    fc.property(
      money,
      whole,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      (amount, of, ratio, isNegative) => {
        const part = Math.floor(of * ratio)
        const sign = isNegative ? -1 : 1
        expect(BigInt(share(amount, sign * part, sign * of))).toBe(
          roundedQuotient(BigInt(amount) * BigInt(part), BigInt(of)),
        )
      },
    ),
    runs,
  )
})

test('a fee equals big-integer arithmetic with the half away from zero', () => {
  fc.assert(
    fc.property(money, fc.integer({ min: -10_000_000, max: 10_000_000 }), (amount, rate) => {
      expect(BigInt(feeOf(amount, rate / 1e4))).toBe(roundedQuotient(BigInt(amount) * BigInt(rate), 10n ** 8n))
    }),
    runs,
  )
})

test('a decimal that was written reads as it was', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      fc.integer({ min: 0, max: 16 }),
      (digits, scale) => {
        expect(parseDecimal(formatDecimal({ digits, scale }))).toEqual({ digits, scale })
      },
    ),
    runs,
  )
})

function roundedQuotient(product: bigint, by: bigint): bigint {
  const size = product < 0n ? -product : product
  const rounded = (2n * size + by) / (2n * by)
  return product < 0n ? -rounded : rounded
}
