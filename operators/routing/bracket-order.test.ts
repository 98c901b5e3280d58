import { describe, expect, it } from 'vitest'
import { fill } from '../../engine/market/fill.ts'
import { instrument } from '../../engine/market/instrument.ts'
import type { Intent, OrderUpdate, Side } from '../../engine/market/order.ts'
import type { Target } from '../../engine/market/target.ts'
import type { Lots, Micros } from '../../engine/market/units.ts'
import { bracketOrderStep } from './bracket-order.ts'

const target = (lots: number, price = 1): Target => ({ lots: lots as Lots, price })
const got = (side: Side, lots: number) => fill({ at: 0, orderId: 'o', side, lots, price: 5, fee: 0, quoteAgeUs: 0 })
const over = (side: Side, lotsLeft: number, state: OrderUpdate['state'] = 'cancelled'): OrderUpdate => ({
  at: 0 as Micros,
  orderId: 'o',
  state,
  lotsLeft: lotsLeft as Lots,
  side,
  reason: 'by hand',
})
const gold = instrument({ id: 'X', venue: 'v', tickSize: '0.01', lotSize: '1', quoteCurrency: 'USD', decimals: 2 })

/** Targets, fills and updates in turn; what is ordered. */
const ordered = (...events: readonly (Target | ReturnType<typeof got> | OrderUpdate)[]): Intent[] => {
  const step = bracketOrderStep({ stopTicks: 10, targetTicks: 20 })
  const [fills, updates, definitions] = step.hears!
  const state = step.init()
  definitions!.hear(state, gold as never)
  const intents: Intent[] = []
  for (const event of events) {
    if ('lotsLeft' in event) updates!.hear(state, event as never)
    else if ('fee' in event) fills!.hear(state, event as never)
    else step.step(state, event, intent => intents.push(intent))
  }
  return intents
}

const told = (intents: readonly Intent[]): string[] =>
  intents.map(({ type, side, lots, limit, trigger, ref }) => [type, side, lots, limit || trigger || '', ref].join(' '))

describe('bracketOrder', () => {
  it('enters with both exits, which share what the entry was filled', () => {
    const names = { parent: 'entry 1', group: 'exit 1' }
    const exit = { at: 0, side: 'buy', lots: 2, timeInForce: 'GTC', reduceOnly: 1, ...names }
    expect(ordered(target(-2))).toEqual([
      { at: 0, type: 'market', side: 'sell', lots: 2, limit: 0, timeInForce: 'IOC', ref: 'entry 1' },
      { ...exit, type: 'limit', limit: 80, ref: 'limit 1' },
      { ...exit, type: 'stop', limit: 0, trigger: 110, ref: 'stop 1' },
    ])
  })

  it('passes other targets over until the bracket has ended, then enters anew', () => {
    const ended = [got('buy', 2), target(5), got('sell', 2), over('sell', 2)]
    expect(told(ordered(target(2), target(2), ...ended, target(-2)))).toEqual([
      'market buy 2  entry 1',
      'limit sell 2 120 limit 1',
      'stop sell 2 90 stop 1',
      'market sell 2  entry 2',
      'limit buy 2 80 limit 2',
      'stop buy 2 110 stop 2',
    ])
  })

  it('closes at the market once when the target is 0, with what is held', () => {
    const closed = told(ordered(target(3), got('buy', 2), over('buy', 1), target(0), target(0))).slice(3)
    expect(closed).toEqual(['cancel sell 0  limit 1', 'cancel sell 0  stop 1', 'market sell 2  '])
  })

  it('goes on after an entry that ended without a fill', () => {
    const ends = [over('buy', 2, 'expired'), over('sell', 2), over('sell', 2)]
    expect(told(ordered(target(2), target(0), ...ends, target(2))).slice(3, 4)).toEqual(['market buy 2  entry 2'])
  })

  it('rounds prices between ticks away, and orders none that would not be above 0', () => {
    expect(told(ordered(target(2, 1.005)))).toEqual([
      'market buy 2  entry 1',
      'limit sell 2 121 limit 1',
      'stop sell 2 90 stop 1',
    ])
    expect(ordered(target(2, 0.1))).toEqual([])
  })

  it('refuses a distance that is none', () => {
    expect(() => bracketOrderStep({ stopTicks: 0, targetTicks: 5 })).toThrow('stopTicks is an integer of 1 or more')
  })
})
