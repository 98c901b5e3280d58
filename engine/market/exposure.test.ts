import { describe, expect, it } from 'vitest'
import { type Exposure, ended, filled, missing, ordered } from './exposure.ts'
import { fill } from './fill.ts'
import type { OrderUpdate } from './order.ts'
import type { Lots, Micros } from './units.ts'

const flat = (): Exposure => ({ position: 0 as Lots, inFlight: 0 as Lots })
const got = (side: string, lots: number) => fill({ at: 0, orderId: 'o', side, lots, price: 5, fee: 0, quoteAgeUs: 0 })
const over = (side: 'buy' | 'sell', lotsLeft: number): OrderUpdate => ({
  at: 0 as Micros,
  orderId: 'o',
  state: 'cancelled',
  lotsLeft: lotsLeft as Lots,
  side,
  reason: '',
})

describe('exposure', () => {
  it('moves lots from missing to in flight to held', () => {
    const exposure = flat()
    expect(missing(exposure, -5 as Lots)).toBe(-5)
    ordered(exposure, -5 as Lots)
    expect([exposure, missing(exposure, -5 as Lots)]).toEqual([{ position: 0, inFlight: -5 }, 0])
    filled(exposure, got('sell', 2))
    expect(exposure).toEqual({ position: -2, inFlight: -3 })
    ended(exposure, over('sell', 3))
    expect([exposure, missing(exposure, -5 as Lots)]).toEqual([{ position: -2, inFlight: 0 }, -3])
  })

  it('takes lots of both sides at once', () => {
    const exposure = flat()
    ordered(exposure, 3 as Lots)
    ordered(exposure, -4 as Lots)
    filled(exposure, got('sell', 4))
    expect(exposure).toEqual({ position: -4, inFlight: 3 })
    filled(exposure, got('buy', 3))
    expect(exposure).toEqual({ position: -1, inFlight: 0 })
  })

  it('leaves an order in flight that the venue has only accepted', () => {
    const exposure = flat()
    ordered(exposure, 3 as Lots)
    ended(exposure, { ...over('buy', 0), state: 'accepted' })
    expect(exposure).toEqual({ position: 0, inFlight: 3 })
  })
})
