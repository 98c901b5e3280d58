import { describe, expect, it } from 'vitest'
import { quote } from '../engine/market/quote.ts'
import { outputsOf } from '../engine/testing/operator/running.ts'
import type { Arrival } from '../engine/testing/operator/tape.ts'
import { buyAndHold } from './buy-and-hold.ts'

const at = (second: number): Arrival => ({
  topic: 'quotes',
  key: 'EURUSD',
  record: { ...quote({ at: second * 1_000_000, bid: 1, ask: 2 }) },
})
const said = (topic: string, record: object): Arrival => ({
  topic,
  key: 'EURUSD',
  record: { at: 0, ...record } as never,
})

const ordered = (...tape: readonly Arrival[]): readonly unknown[] =>
  outputsOf(buyAndHold.build({ lots: 3 }), tape).map(({ value }) => value)

describe('buy-and-hold', () => {
  it('buys with the first quote, and no more', () => {
    expect(ordered(at(0), at(1), at(2))).toMatchObject([{ type: 'market', side: 'buy', lots: 3 }])
    const filled = said('fills', { orderId: 'o', side: 'buy', lots: 3, price: 2, fee: 0, quoteAgeUs: 0 })
    expect(ordered(at(0), filled, at(1), at(2))).toHaveLength(1)
  })

  it('asks again for what the venue did not give', () => {
    const ended = said('order-updates', { orderId: 'o', state: 'cancelled', lotsLeft: 2, side: 'buy', reason: '' })
    expect(ordered(at(0), ended, at(1), at(2))).toMatchObject([{ lots: 3 }, { side: 'buy', lots: 2 }])
  })
})
