import { describe, expect, it } from 'vitest'
import { fill } from '../../engine/market/fill.ts'
import type { OrderUpdate } from '../../engine/market/order.ts'
import type { Target } from '../../engine/market/target.ts'
import type { Lots, Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { marketOrderStep } from './market-order.ts'

const target = (lots: number): Target => ({ lots: lots as Lots, price: 5 })
const got = (side: 'buy' | 'sell', lots: number) =>
  fill({ at: 0, orderId: 'o', side, lots, price: 5, fee: 0, quoteAgeUs: 0 })
const over = (side: 'buy' | 'sell', lotsLeft: number): OrderUpdate => ({
  at: 0 as Micros,
  orderId: 'o',
  state: 'expired',
  lotsLeft: lotsLeft as Lots,
  side,
  reason: 'no quote',
})

/** Targets, fills and ends of orders in turn; what is ordered. */
const ordered = (...events: readonly (Target | ReturnType<typeof got> | OrderUpdate)[]): string[] => {
  const step = marketOrderStep({ timeInForce: 'IOC' })
  const [fills, updates] = step.hears!
  const state = step.init()
  return events.flatMap(event => {
    if ('lotsLeft' in event) updates!.hear(state, event as never)
    else if ('fee' in event) fills!.hear(state, event as never)
    else {
      const intent = step.step(state, event)
      return intent ? [`${intent.side} ${intent.lots}`] : []
    }
    return []
  })
}

describe('marketOrder', () => {
  it('gives an intent that only lacks its time', () => {
    expect(run(marketOrderStep({ timeInForce: 'GTC' }), [target(3)])).toEqual([
      { at: 0, type: 'market', side: 'buy', lots: 3, limit: 0, timeInForce: 'GTC' },
    ])
  })

  it('orders what is missing, through zero too', () => {
    expect(ordered(target(3), got('buy', 3), target(5), got('buy', 2), target(-1))).toEqual([
      'buy 3',
      'buy 2',
      'sell 6',
    ])
  })

  it('orders nothing twice while the fill is on its way', () => {
    expect(ordered(target(3), target(3), got('buy', 1), target(3), got('buy', 2), target(3))).toEqual(['buy 3'])
  })

  it('takes back what is on its way when the wish is gone', () => {
    expect(ordered(target(3), target(0), got('buy', 3), got('sell', 3), target(0))).toEqual(['buy 3', 'sell 3'])
  })

  it('orders again what was not filled', () => {
    expect(ordered(target(3), got('buy', 1), over('buy', 2), target(3))).toEqual(['buy 3', 'buy 2'])
    expect(ordered(target(-3), over('sell', 3), target(-3))).toEqual(['sell 3', 'sell 3'])
  })

  it('is silent when nothing is missing', () => {
    expect(ordered(target(0))).toEqual([])
  })

  it('says how long an order of a time lives, counted from the decision', () => {
    const step = marketOrderStep({ timeInForce: 'GTD', liveMs: 3000 })
    expect(run(step, [target(3)])).toMatchObject([{ timeInForce: 'GTD', until: 3_000_000 }])
    expect(step.name).toContain('GTD 3000 ms')
    expect(() => marketOrderStep({ timeInForce: 'GTD' })).toThrow('liveMs of a GTD order is 0, expected more than 0')
    expect(() => marketOrderStep({ timeInForce: 'GTC', liveMs: 5 })).toThrow(
      'liveMs of a GTC order is 5, expected none',
    )
  })
})
