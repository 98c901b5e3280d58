import { describe, expect, it } from 'vitest'
import { blockOf, type Row } from '../log/build.ts'
import { termsOf } from '../market/decimal.ts'
import { instrument } from '../market/instrument.ts'
import type { Order, OrderUpdate } from '../market/order.ts'
import { bars, quotes, trades } from '../market/topics.ts'
import type { Lots, Micros, Minor, Ticks } from '../market/units.ts'
import { orderTally, shownAt, tallyAnswer, tallyOrder } from './order-tally.ts'
import type { Answer } from './venue.ts'

const gold = termsOf(instrument({ id: 'XAUUSD', venue: 'sim', tickSize: '0.01', lotSize: '1', quoteCurrency: 'USD' }))

const order = (id: string, side: 'buy' | 'sell', lots = 10): Order => ({
  at: 1_000_000 as Micros,
  id,
  instrument: 'XAUUSD' as Order['instrument'],
  type: 'market',
  side,
  lots: lots as Lots,
  limit: 0 as Ticks,
  timeInForce: 'IOC',
})

const fill = (orderId: string, lots: number, ticks: number, at = 1_002_000): Answer => {
  const price = ticks as Ticks
  const value = { at: at as Micros, orderId, side: 'buy' as const, lots: lots as Lots, price, fee: 0 as Minor }
  return { type: 'fill', instrument: 'XAUUSD', value: { ...value, quoteAgeUs: 0 } }
}

const update = (orderId: string, state: OrderUpdate['state'], at = 1_002_000): Answer => {
  const value = { at: at as Micros, orderId, state, lotsLeft: 0 as Lots, side: 'buy' as const, reason: '' }
  return { type: 'update', instrument: 'XAUUSD', value }
}

const tally = (orders: readonly (readonly [Order, number])[], answers: readonly Answer[]) => {
  const tally = orderTally()
  for (const [one, shown] of orders) tallyOrder(tally, one, shown)
  for (const answer of answers) tallyAnswer(tally, answer, gold)
  return tally
}

const total = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0)

describe('an order is counted in each state that it passes', () => {
  const sent = { sent: 1, accepted: 0, amended: 0, triggered: 0, filled: 0, rejected: 0, cancelled: 0, expired: 0 }
  it.each([
    ['refused', [update('a', 'rejected')], { ...sent, rejected: 1 }, 0],
    ['expired', [update('a', 'expired')], { ...sent, expired: 1 }, 0],
    ['resting', [update('a', 'accepted')], { ...sent, accepted: 1 }, 1],
    ['partly filled', [update('a', 'accepted'), fill('a', 4, 200_000)], { ...sent, accepted: 1 }, 1],
    ['filled in two', [fill('a', 4, 200_000), fill('a', 6, 200_000)], { ...sent, filled: 1 }, 0],
    ['partly filled, then cancelled', [fill('a', 4, 200_000), update('a', 'cancelled')], { ...sent, cancelled: 1 }, 0],
    ['unknown to us', [fill('b', 4, 200_000)], sent, 1],
  ] as const)('%s', (_name, answers, states, working) => {
    const found = tally([[order('a', 'buy'), 2000]], answers)
    expect(found.states).toEqual(states)
    expect(found.working.size).toBe(working)
  })
})

it('measures the time to the first answer, and to no other', () => {
  const { ackUs } = tally([[order('a', 'buy'), 2000]], [update('a', 'accepted'), fill('a', 10, 200_000, 9_000_000)])
  expect([total(ackUs.counts), ackUs.sum]).toEqual([1, 2000])
})

// 2000.00 was shown; 2000.20 is a basis point above it.
it.each([
  ['buy', 200_020, 1],
  ['buy', 199_980, -1],
  ['sell', 200_020, -1],
  ['sell', 199_980, 1],
  ['buy', 200_000, 0],
] as const)('a %s at %d ticks slips by %d bps', (side, ticks, bps) => {
  const { slippageBps } = tally([[order('a', side), 2000]], [fill('a', 10, ticks)])
  expect(total(slippageBps.counts)).toBe(1)
  expect(slippageBps.sum).toBeCloseTo(bps, 9)
})

it('does not measure slippage where the row showed no price', () => {
  const { slippageBps, states } = tally([[order('a', 'buy'), Number.NaN]], [fill('a', 10, 200_000)])
  expect(total(slippageBps.counts)).toBe(0)
  expect(states.filled).toBe(1)
})

describe('what a row shows', () => {
  const at = 1
  const quote = blockOf(quotes.schema, [{ key: 'A', at, bid: 1, ask: 2, bidSize: 0, askSize: 0 } as Row])
  const trade = blockOf(trades.schema, [{ key: 'A', at, price: 3, size: 1, side: 'buy' } as Row])
  const bar = blockOf(bars.schema, [
    { key: 'A', at, start: 0, open: 1, high: 1, low: 1, close: 1, volume: 0, count: 1 } as Row,
  ])
  it.each([
    ['the ask to a buyer', quote, 'buy', 2],
    ['the bid to a seller', quote, 'sell', 1],
    ['the last trade to both', trade, 'sell', 3],
    ['nothing that could be traded at', bar, 'buy', Number.NaN],
  ] as const)('%s', (_name, block, side, price) => {
    expect(shownAt(block, 0, 'A', side)).toBe(price)
  })

  it('nothing of another instrument', () => {
    expect(shownAt(quote, 0, 'B', 'buy')).toBe(Number.NaN)
  })
})
