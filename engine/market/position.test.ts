import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { termsOf } from './decimal.ts'
import { instrument } from './instrument.ts'
import { applyFill, type Deal, entryPrice, FLAT, unrealised } from './position.ts'
import type { Lots, Ticks } from './units.ts'

const terms = termsOf(
  instrument({ id: 'XAUUSD', venue: 'sim', tickSize: '0.01', lotSize: '1', quoteCurrency: 'USD', decimals: 2 }),
)
const buy = (lots: number, price: number): Deal => ({ side: 'buy', lots: lots as Lots, price: price as Ticks })
const sell = (lots: number, price: number): Deal => ({ side: 'sell', lots: lots as Lots, price: price as Ticks })
const dealt = (...deals: Deal[]) => deals.reduce((position, deal) => applyFill(position, deal, terms), FLAT)

describe('a position', () => {
  test('adds up what it was bought for', () => {
    const position = dealt(buy(1, 100), buy(2, 103))
    expect(position).toEqual({ lots: 3, cost: 306, realised: 0 })
    expect(entryPrice(position, terms)).toBeCloseTo(1.02, 12)
    expect(unrealised(position, 105 as Ticks, terms)).toBe(9)
  })

  test('books what it closes at the average entry', () => {
    expect(dealt(buy(1, 100), buy(2, 103), sell(1, 110))).toEqual({ lots: 2, cost: 204, realised: 8 })
  })

  test('leaves the rounding of an uneven share in what stays open, and loses none of it', () => {
    const half = dealt(buy(1, 100), buy(1, 101), sell(1, 101))
    expect(half).toEqual({ lots: 1, cost: 100, realised: 0 })
    expect(applyFill(half, sell(1, 101), terms)).toEqual({ lots: 0, cost: 0, realised: 1 })
  })

  test('is the same short', () => {
    const position = dealt(sell(2, 100))
    expect(position).toEqual({ lots: -2, cost: -200, realised: 0 })
    expect(unrealised(position, 90 as Ticks, terms)).toBe(20)
    expect(applyFill(position, buy(2, 90), terms)).toEqual({ lots: 0, cost: 0, realised: 20 })
  })

  test('flips through zero: closes what is held, opens the rest at the price', () => {
    expect(dealt(buy(2, 100), sell(5, 110))).toEqual({ lots: -3, cost: -330, realised: 20 })
    expect(dealt(sell(2, 100), buy(5, 110))).toEqual({ lots: 3, cost: 330, realised: -20 })
  })

  test('has no entry price when flat', () => {
    expect(entryPrice(FLAT, terms)).toBeNaN()
  })
})

test('whatever is dealt, lots and cash add up exactly', () => {
  const deal = fc.record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    lots: fc.integer({ min: 1, max: 1000 }) as fc.Arbitrary<Lots>,
    price: fc.integer({ min: 1, max: 1_000_000 }) as fc.Arbitrary<Ticks>,
  })
  fc.assert(
    fc.property(fc.array(deal, { maxLength: 60 }), deals => {
      const position = dealt(...deals)
      const signed = deals.map(({ side, lots }) => (side === 'buy' ? lots : -lots))
      const paid = deals.reduce((sum, { price }, i) => sum + price * signed[i]!, 0)
      expect(position.lots).toBe(signed.reduce((sum, lots) => sum + lots, 0))
      expect(position.realised - position.cost).toBe(0 - paid)
      if (position.lots === 0) expect(position.cost).toBe(0)
    }),
    { seed: 20140501, numRuns: 2000 },
  )
})
