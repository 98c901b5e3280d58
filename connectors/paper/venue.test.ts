import { describe, expect, test } from 'vitest'
import { currency } from '../../engine/market/cash.ts'
import { feeSchedule } from '../../engine/market/fees.ts'
import { instrument } from '../../engine/market/instrument.ts'
import { type Order, PLAIN } from '../../engine/market/order.ts'
import { quote } from '../../engine/market/quote.ts'
import { instrumentId, lots, type Micros, minor, ticks } from '../../engine/market/units.ts'
import type { Answer } from '../../engine/run/venue.ts'
import { type Latency, latencyOf } from './latency.ts'
import { type PaperVenueOptions, paperVenue } from './venue.ts'

const GOLD = 'XAUUSD'
const gold = { id: GOLD, venue: 'paper', tickSize: '0.01', lotSize: '1', quoteCurrency: 'USD', decimals: 2 }

/** A venue whose answers are collected. Prices are in ticks; one tick of one lot is one minor unit. */
function open(options: Partial<PaperVenueOptions> = {}, terms: Partial<Parameters<typeof instrument>[0]> = {}) {
  const venue = paperVenue({ latencyUs: 0, startBalance: minor(10_000), currency: currency('USD', 2), ...options })
  venue.define(instrument({ ...gold, ...terms }))
  const heard: Answer[] = []
  const hear = (answer: Answer): void => void heard.push(answer)
  return {
    venue,
    quote(at: number, bid: number, ask: number, key = GOLD) {
      venue.onQuote(key, quote({ at, bid: bid / 100, ask: ask / 100 }), hear)
      return heard.splice(0)
    },
    submit(at: number, order: Partial<Record<keyof Order, unknown>>) {
      venue.submit({ ...market, at: at as Micros, ...order } as Order, at as Micros, hear)
      return heard.splice(0)
    },
  }
}

const market: Omit<Order, 'at'> = {
  ...PLAIN,
  id: 'a',
  instrument: instrumentId(GOLD),
  type: 'market',
  side: 'buy',
  lots: lots(2),
  limit: ticks(0),
  timeInForce: 'IOC',
}
const limit = { type: 'limit', limit: 100 }

describe('a market order', () => {
  test('waits for the first quote after the decision, buys at the ask and pays the fee', () => {
    const paper = open({}, { takerFeeBps: 100 })
    paper.quote(10, 99, 101)
    expect(paper.submit(10, {})).toEqual([])
    expect(paper.quote(10, 98, 102)).toEqual([
      {
        type: 'fill',
        instrument: GOLD,
        value: { at: 10, orderId: 'a', side: 'buy', lots: 2, price: 102, fee: 2, quoteAgeUs: 0 },
      },
      { type: 'account', value: { at: 10, balance: 9_998 } },
    ])
    expect(paper.quote(11, 98, 102)).toEqual([])
  })

  test('pays by the schedule of its venue: per unit, at least so much, less where much was traded', () => {
    const tiers = [
      { from: '0', takerBps: 100, makerBps: 0 },
      { from: '2', takerBps: 50, makerBps: 0 },
    ]
    const paper = open({ fees: { [GOLD]: feeSchedule({ tiers, perUnit: '0.01', least: '0.04' }) } })
    const fees = [1, 2, 3].map(at => {
      paper.submit(at - 1, { id: `o${at}`, lots: lots(at) })
      const fill = paper.quote(at, 99, 100).find(({ type }) => type === 'fill')
      return (fill as Extract<Answer, { type: 'fill' }>).value.fee
    })
    // 1 + 1 cents are less than 4; 2 + 2; 1.5 + 3, rounded once.
    expect(fees).toEqual([4, 4, 5])
  })

  test('sells at the bid, and books what was earned', () => {
    const paper = open()
    paper.submit(10, {})
    paper.quote(11, 99, 101)
    paper.submit(11, { id: 'b', side: 'sell' })
    expect(paper.quote(12, 110, 112)).toEqual([
      expect.objectContaining({ value: expect.objectContaining({ orderId: 'b', price: 110 }) }),
      { type: 'account', value: { at: 12, balance: 10_018 } },
    ])
  })

  test('is at the venue after the latency', () => {
    const paper = open({ latencyUs: 50 })
    paper.submit(10, {})
    expect(paper.quote(59, 99, 101)).toEqual([])
    expect(paper.quote(60, 99, 101)).toHaveLength(2)
  })

  test('is not filled by a quote that came late, and a late quote that does is told by its age', () => {
    const paper = open()
    paper.venue.define(instrument({ ...gold, id: 'XAGUSD' }))
    paper.submit(10, {})
    expect(paper.quote(9, 99, 101)).toEqual([])
    paper.quote(30, 99, 101, 'XAGUSD')
    expect(paper.quote(25, 99, 101)[0]).toMatchObject({ value: { at: 30, quoteAgeUs: 5 } })
    expect(paper.venue.counts()).toMatchObject({ worstQuoteAgeUs: 5 })
  })

  test('pays what a price between two ticks is rounded to, and this is counted', () => {
    const paper = open()
    paper.submit(1, {})
    expect(paper.quote(2, 99, 101.3)[0]).toMatchObject({ value: { price: 102 } })
    paper.submit(2, { side: 'sell' })
    expect(paper.quote(3, 99.7, 101)[0]).toMatchObject({ value: { price: 99 } })
    expect(paper.venue.counts()).toMatchObject({ offGridPrices: 2, fills: 2 })
  })
})

describe('a limit order', () => {
  test('is filled at the quote when that is at the limit or better', () => {
    const paper = open()
    paper.submit(1, limit)
    expect(paper.quote(2, 97, 98)[0]).toMatchObject({ type: 'fill', value: { price: 98 } })
    paper.submit(2, { ...limit, side: 'sell' })
    expect(paper.quote(3, 100, 102)[0]).toMatchObject({ type: 'fill', value: { price: 100 } })
  })

  test('expires when it is IOC and the first quote is worse', () => {
    const paper = open()
    paper.submit(1, limit)
    expect(paper.quote(2, 99, 101)).toEqual([
      {
        type: 'update',
        instrument: GOLD,
        value: {
          at: 2,
          orderId: 'a',
          state: 'expired',
          lotsLeft: 2,
          side: 'buy',
          reason: 'the ask is 101 ticks, the limit 100',
        },
      },
    ])
    expect(paper.quote(3, 90, 91)).toEqual([])
    expect(paper.venue.watches(GOLD)).toBe(false)
  })

  test('rests when it is GTC, is accepted once, and filled at its own price when the market comes to it', () => {
    const paper = open()
    paper.submit(1, { ...limit, timeInForce: 'GTC' })
    expect(paper.quote(2, 99, 101)).toMatchObject([{ value: { state: 'accepted', lotsLeft: 0, reason: '' } }])
    expect(paper.quote(3, 99, 101)).toEqual([])
    expect(paper.quote(4, 98, 99)[0]).toMatchObject({ value: { at: 4, price: 100 } })
  })

  test('is filled in the order of submission', () => {
    const paper = open()
    paper.submit(1, { ...limit, timeInForce: 'GTC', id: 'first' })
    paper.submit(1, { ...limit, timeInForce: 'GTC', id: 'worse', limit: 90 })
    paper.submit(1, { ...limit, timeInForce: 'GTC', id: 'second' })
    const fills = paper.quote(2, 99, 100).filter(answer => answer.type === 'fill')
    expect(fills.map(({ value }) => value.orderId)).toEqual(['first', 'second'])
    expect(paper.quote(3, 89, 90)[0]).toMatchObject({ value: { orderId: 'worse' } })
  })
})

describe('an order on the quote that it was decided on', () => {
  test('is filled at once', () => {
    const paper = open({ fillOn: 'same' })
    expect(paper.venue.watches(GOLD)).toBe(true)
    paper.quote(10, 99, 101)
    expect(paper.submit(10, {})).toMatchObject([
      { type: 'fill', value: { at: 10, price: 101, quoteAgeUs: 0 } },
      { type: 'account' },
    ])
    expect(paper.submit(10, { ...limit, limit: 99 })).toMatchObject([{ value: { state: 'expired' } }])
    expect(paper.submit(10, { ...limit, limit: 99, timeInForce: 'GTC' })).toMatchObject([
      { value: { state: 'accepted' } },
    ])
    expect(paper.quote(11, 97, 98)[0]).toMatchObject({ value: { price: 99 } })
  })

  test('waits when it was decided on something else, after the last quote', () => {
    const paper = open({ fillOn: 'same' })
    expect(paper.submit(0, {})).toEqual([])
    expect(paper.quote(10, 99, 101)).toHaveLength(2)
    expect(paper.submit(11, {})).toEqual([])
    expect(paper.quote(12, 99, 102)[0]).toMatchObject({ value: { at: 12, price: 102 } })
  })
})

describe('a refusal', () => {
  test.each([
    [{ instrument: 'NOPE' }, 'unknown-instrument: NOPE has no definition here'],
    [{ lots: 0 }, 'quantity: quantity is 0, expected whole lots above 0'],
    [{ lots: 1.5 }, 'quantity: quantity is 1.5, expected whole lots above 0'],
    [{ type: 'limit' }, 'limit-needed: limit is 0, expected whole ticks above 0'],
    [
      { instrument: 'USDJPY' },
      'currency: USDJPY is paid in JPY, and no cross leads from JPY to USD: there are none; ' +
        'expected JPY/USD, USD/JPY or a way by others; not quoted yet: USD/JPY',
    ],
  ])('of %j says why', (order, reason) => {
    const paper = open()
    const yen = { id: 'USDJPY', venue: 'paper', tickSize: '0.001', lotSize: '1000', quoteCurrency: 'JPY' }
    paper.venue.define(instrument(yen))
    expect(paper.submit(5, order)).toMatchObject([
      { type: 'update', value: { at: 5, orderId: 'a', state: 'rejected', reason } },
    ])
    expect(paper.venue.counts()).toMatchObject({ orders: 1, rejects: 1, fills: 0 })
    expect(paper.venue.watches(GOLD)).toBe(false)
  })

  test('bounds the working orders of an instrument', () => {
    const paper = open()
    for (let i = 0; i < 20_000; i += 1) expect(paper.submit(1, {})).toEqual([])
    expect(paper.submit(1, {})).toMatchObject([{ value: { reason: 'orders-working: 20000, expected fewer' } }])
  })
})

describe('the venue', () => {
  test('watches what has a working order or an open position', () => {
    const paper = open()
    expect(paper.venue.watches(GOLD)).toBe(false)
    paper.submit(1, {})
    expect(paper.venue.watches(GOLD)).toBe(true)
    paper.quote(2, 99, 101)
    expect(paper.venue.watches(GOLD)).toBe(true)
    paper.submit(2, { side: 'sell' })
    paper.quote(3, 99, 101)
    expect(paper.venue.watches(GOLD)).toBe(false)
  })

  test('shows a quote only to orders that were there before it', () => {
    const { venue } = open()
    const fills: string[] = []
    const hear = (answer: Answer): void => {
      if (answer.type !== 'fill') return
      fills.push(answer.value.orderId)
      if (fills.length === 1) venue.submit({ ...market, id: 'again', at: answer.value.at }, answer.value.at, hear)
    }
    venue.submit({ ...market, at: 1 as Micros }, 1 as Micros, hear)
    venue.onQuote(GOLD, quote({ at: 2, bid: 1, ask: 1 }), hear)
    expect(fills).toEqual(['a'])
    venue.onQuote(GOLD, quote({ at: 2, bid: 1, ask: 1 }), hear)
    expect(fills).toEqual(['a', 'again'])
  })

  test('takes a definition again, and new fees, but no new steps under an open position', () => {
    const paper = open()
    paper.submit(1, {})
    paper.venue.define(instrument({ ...gold, takerFeeBps: 100 }))
    expect(paper.quote(2, 99, 100)[0]).toMatchObject({ value: { fee: 2 } })
    expect(() => paper.venue.define(instrument({ ...gold, tickSize: '0.05' }))).toThrow(
      expect.objectContaining({
        code: 'PAPER_REDEFINED',
        message: 'tickSize of XAUUSD is now 0.05, expected 0.01 while an order or a position is open',
      }),
    )
    paper.submit(2, { side: 'sell' })
    paper.quote(3, 99, 100)
    expect(() => paper.venue.define(instrument({ ...gold, tickSize: '0.05' }))).not.toThrow()
  })

  test('refuses the share of orders that it is told to', () => {
    const refused = [0, 1].map(seed => {
      const paper = open({ rejects: [{ from: 0, until: 5, share: 0.3, seed }] })
      for (let id = 0; id < 2000; id += 1) paper.submit(1, { id: String(id) })
      return paper.quote(2, 99, 101).flatMap(({ type, value }) => (type === 'update' ? [value.orderId] : []))
    })
    for (const { length } of refused) expect(Math.abs(length - 600)).toBeLessThan(60)
    expect(refused[0]).not.toEqual(refused[1])
  })

  test.each([
    [{ latencyUs: -1 }, 'latency is -1, expected an integer of 0 or more, microseconds'],
    [{ latencyUs: 0.5 }, 'latency is 0.5, expected an integer of 0 or more, microseconds'],
    [{ latencyUs: 5, fillOn: 'same' as const }, 'latency is 5 us, expected 0 for fills on the same quote'],
    [
      { outages: [{ from: 5, until: 5, venue: 'refuses' as const }] },
      'an outage is from 5 until 5, expected spans in order of time',
    ],
    [
      {
        rejects: [
          { from: 5, until: 9, share: 1 },
          { from: 8, until: 9, share: 1 },
        ],
      },
      'a time of rejects is from 8 until 9, expected spans in order of time',
    ],
    [{ rejects: [{ from: 5, until: 9, share: 1.5 }] }, 'the share of rejects is 1.5, expected 0 to 1'],
    [{ leverage: 0.5 }, 'leverage is 0.5, expected a number of 1 or more'],
  ])('is not opened with %j', (options, message) => {
    expect(() => open(options)).toThrow(expect.objectContaining({ code: 'PAPER_OPTIONS', message }))
  })
})

test('a contradiction is refused with the name of the rule', () => {
  const paper = open()
  expect(paper.submit(5, { limit: 7 })).toMatchObject([
    { value: { state: 'rejected', reason: 'limit-idle: limit of a market order is 7, expected 0' } },
  ])
})

test.each([
  ['type', 'bogus', "type is 'bogus', expected 'market', 'limit', 'stop', 'stop-limit', 'take-profit', 'trailing', "],
  ['side', 'hold', "side is 'hold', expected 'buy' or 'sell'"],
  ['timeInForce', 'GTX', "time in force is 'GTX', expected 'IOC', 'FOK', 'GTC', 'GTD', 'DAY'"],
])('a %s that nobody knows is refused, not guessed', (field, value, words) => {
  const reason = expect.stringContaining(words)
  expect(open().submit(5, { [field]: value })).toMatchObject([{ value: { state: 'rejected', reason } }])
})

test('what an older venue saved is refused', () => {
  const paper = open()
  const { version: _, ...old } = paper.venue.snapshot() as { readonly version: number }
  expect(() => paper.venue.restore(old)).toThrow(
    expect.objectContaining({
      code: 'FLOW_SNAPSHOT',
      message: 'the state of the paper venue is of version 1, expected version 4',
    }),
  )
})

test('fills that a quote passed by, older than the arrival, are counted', () => {
  const paper = open({ latencyUs: 5 })
  paper.submit(1, {})
  paper.quote(3, 99, 101)
  paper.quote(6, 99, 101)
  paper.submit(6, { id: 'b' })
  paper.quote(11, 99, 101)
  expect(paper.venue.counts()).toMatchObject({ fills: 2, waited: 1, worstQuoteAgeUs: 0 })
})

describe('latency', () => {
  const seen = (latency: Latency): readonly number[] =>
    Array.from({ length: 20_000 }, (_, i) => latencyOf(latency, `XAUUSD ${i}`)).toSorted((a, b) => a - b)

  test('is drawn by name, the same again', () => {
    const latency: Latency = { type: 'uniform', fromUs: 10, toUs: 19 }
    expect(seen(latency)).toEqual(seen(latency))
    expect([seen(latency)[0], seen(latency).at(-1)]).toEqual([10, 19])
  })

  test('is drawn anew for each decision, for orders of one name too', () => {
    const paper = open({ latencyUs: { type: 'uniform', fromUs: 0, toUs: 999 } })
    const arrivals = [1000, 2000, 3000, 4000].map(at => {
      paper.submit(at, { ref: 'entry' })
      for (let us = 0; us < 1000; us += 1) if (paper.quote(at + us, 99, 101).length > 0) return us
      return Number.NaN
    })
    expect(new Set(arrivals).size).toBe(4)
  })

  test('of a table has its values, each as often', () => {
    const found = seen({ type: 'table', us: [5, 7, 7, 100] })
    const share = (us: number): number => found.filter(one => one === us).length / found.length
    expect(new Set(found)).toEqual(new Set([5, 7, 100]))
    expect(share(5)).toBeCloseTo(0.25, 1)
    expect(share(7)).toBeCloseTo(0.5, 1)
  })

  test('of an exponential tail has its least and its mean', () => {
    const found = seen({ type: 'exponential', leastUs: 300, meanUs: 1000 })
    expect(found[0]).toBeGreaterThanOrEqual(300)
    expect(found.reduce((sum, us) => sum + us, 0) / found.length / 1300).toBeCloseTo(1, 1)
  })

  test.each([
    [{ type: 'uniform', fromUs: 5, toUs: 4 }, 'latency is {"type":"uniform","fromUs":5,"toUs":4}, expected an integer'],
    [{ type: 'table', us: [] }, 'latency is an empty table, expected one value or more'],
    [{ type: 'table', us: [-1] }, 'expected an integer of 0 or more'],
  ] as const)('%j is refused', (latencyUs, message) => {
    expect(() => open({ latencyUs })).toThrow(message)
  })
})

describe('an account on margin', () => {
  const silver = instrument({ ...gold, id: 'XAGUSD' })
  const yen = instrument({ ...gold, id: 'USDJPY', quoteCurrency: 'JPY' })
  const told = (answers: readonly Answer[]): string[] =>
    answers.flatMap(answer => {
      if (answer.type === 'fill') return `${answer.instrument} ${answer.value.orderId} at ${answer.value.price}`
      return answer.type === 'update' ? `${answer.instrument} ${answer.value.orderId} ${answer.value.reason}` : []
    })

  test('is not opened with a margin that is none', () => {
    expect(() => open({ margin: { [GOLD]: { initial: 2, maintenance: 1 } } })).toThrow('initial margin is 2, expected')
  })

  test('is called for all it holds, and each position is closed at the next quote of its own instrument', () => {
    const paper = open({ leverage: 10 })
    paper.venue.define(silver)
    paper.submit(1, { lots: lots(400) })
    paper.submit(1, { id: 'b', side: 'sell', lots: lots(500), instrument: silver.id })
    paper.quote(2, 100, 100)
    expect(told(paper.quote(2, 100, 100, silver.id))).toEqual(['XAGUSD b at 100'])
    // 52.00 of 100.00, where 5 % of 352.00 and of 500.00 are wanted; then 42.00, and 5 % of 510.00.
    expect(paper.quote(3, 88, 88)).toEqual([])
    const reason = 'margin call: positions want 43.10 USD, the account is worth 42.00 USD'
    expect(told(paper.quote(4, 102, 102, silver.id))).toEqual([
      `XAUUSD margin-call-1 ${reason}`,
      `XAGUSD margin-call-2 ${reason}`,
    ])
    expect(told(paper.quote(5, 88, 88))).toEqual(['XAUUSD margin-call-1 at 88'])
    const closed = paper.quote(6, 110, 110, silver.id)
    expect(told(closed)).toEqual(['XAGUSD margin-call-2 at 110'])
    expect(closed.at(-1)).toEqual({ type: 'account', value: { at: 6, balance: 200 } })
    expect(paper.venue.counts()).toMatchObject({ orders: 2, fills: 4, marginCalls: 2 })
  })

  test('is kept in one currency: what is wanted and lost in another is turned at the cross of the moment', () => {
    const paper = open({ leverage: 10 })
    paper.venue.define(yen)
    paper.quote(1, 10_000, 10_000, yen.id)
    paper.submit(1, { id: 'a', lots: lots(1001), instrument: yen.id })
    paper.submit(1, { id: 'b', lots: lots(1000), instrument: yen.id })
    expect(told(paper.quote(2, 10_000, 10_000, yen.id))).toEqual([
      'USDJPY a margin: with it positions want 100.10 USD, the account is worth 100.00 USD',
      'USDJPY b at 10000',
    ])
    // 4,000 yen are 41.67 dollars at 96, 5,000 are 52.63 at 95.
    expect(paper.quote(3, 9_600, 9_600, yen.id)).toEqual([])
    expect(told(paper.quote(4, 9_500, 9_500, yen.id))).toEqual([
      'USDJPY margin-call-1 margin call: positions want 50.00 USD, the account is worth 47.37 USD',
    ])
  })
})
