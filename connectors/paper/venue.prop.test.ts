import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bar, bar } from '../../engine/market/bar.ts'
import { currency, formatMoney } from '../../engine/market/cash.ts'
import { notional, termsOf, toTicks } from '../../engine/market/decimal.ts'
import { signed } from '../../engine/market/exposure.ts'
import type { Fill } from '../../engine/market/fill.ts'
import { funding } from '../../engine/market/financing.ts'
import { instrument } from '../../engine/market/instrument.ts'
import { isWorking, type Order, PLAIN } from '../../engine/market/order.ts'
import { FLAT, type Position, unrealised } from '../../engine/market/position.ts'
import { type Quote, quote } from '../../engine/market/quote.ts'
import { trade } from '../../engine/market/trade.ts'
import { type Lots, type Micros, minor } from '../../engine/market/units.ts'
import { bookFill, bookPayment, type Ledger, ledger, mark, positionsOf } from '../../engine/run/ledger.ts'
import type { Answer, SimulatedVenue } from '../../engine/run/venue.ts'
import type { PaperState } from './desk.ts'
import type { Rules } from './rules.ts'
import { paperVenue } from './venue.ts'

const START = minor(1_000_000)
const usd = currency('USD', 4)
const definitions = ['XAUUSD', 'XAGUSD'].map(id =>
  instrument({
    id,
    venue: 'paper',
    tickSize: '0.01',
    lotSize: '1',
    quoteCurrency: 'USD',
    decimals: 4,
    takerFeeBps: 0.5,
  }),
)
const terms = termsOf(definitions[0]!)

/** A quote, sometimes late, and what is decided on it. */
interface Step {
  readonly key: string
  readonly gap: number
  readonly bid: number
  readonly spread: number
  readonly size: number
  /** Of a funding behind the quote; 0 for none. */
  readonly rate: number
  readonly orders: readonly Partial<Order>[]
}

const anyKey = fc.constantFrom(...definitions.map(({ id }) => id as string))
const anyPrice = fc.integer({ min: 95, max: 110 })
/** Of every type, most of them without a contradiction; names are few, so that they meet. */
const anyOrder = fc
  .record({
    type: fc.constantFrom('market', 'limit', 'stop', 'stop-limit', 'take-profit', 'trailing', 'cancel', 'amend'),
    side: fc.constantFrom('buy', 'sell'),
    lots: fc.integer({ min: 1, max: 9 }),
    price: anyPrice,
    trigger: anyPrice,
    trail: fc.integer({ min: 1, max: 5 }),
    timeInForce: fc.constantFrom('IOC', 'FOK', 'GTC', 'GTD', 'DAY'),
    until: fc.integer({ min: 101, max: 200 }),
    postOnly: fc.constantFrom(0, 0, 0, 1),
    reduceOnly: fc.constantFrom(0, 0, 0, 1),
    ref: fc.constantFrom('', '', '', 'a', 'b', 'c'),
    parent: fc.constantFrom('', '', '', '', '', 'a', 'b'),
    group: fc.constantFrom('', '', '', 'g'),
  })
  .map(({ type, lots, price, trigger, trail, until, ...order }) => ({
    ...PLAIN,
    ...order,
    type,
    lots: type === 'cancel' ? 0 : lots,
    limit: ['limit', 'stop-limit', 'amend'].includes(type) ? price : 0,
    trigger: ['stop', 'stop-limit', 'take-profit'].includes(type) ? trigger : 0,
    trail: type === 'trailing' ? trail : 0,
    until: order.timeInForce === 'GTD' ? until : 0,
  })) as unknown as fc.Arbitrary<Step['orders'][number]>
const anySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    key: anyKey,
    gap: fc.integer({ min: -3, max: 10 }),
    bid: fc.oneof(fc.integer({ min: 95, max: 105 }), fc.double({ min: 95, max: 105, noNaN: true })),
    spread: fc.integer({ min: -1, max: 4 }),
    size: fc.constantFrom(0, 3, 9),
    rate: fc.constantFrom(0, 0, 0, 0.01, -0.02),
    orders: fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(anyOrder, { minLength: 1, maxLength: 3 }) },
    ),
  }),
  { maxLength: 40, size: '+1' },
)
const anyOptions = fc.constantFrom(
  { latencyUs: 0 },
  { latencyUs: 7, fillsBySize: true },
  { latencyUs: 0, fillOn: 'same' as const },
  { latencyUs: 0, depthTicks: 1 },
  { latencyUs: 0, queue: true },
  { latencyUs: 0, positions: 'hedging' as const },
  { latencyUs: 2, queue: true, fillsFrom: 'trades' as const },
  {
    latencyUs: 1,
    outages: [{ from: 140, until: 160, venue: 'stands still' as const }],
    rejects: [{ from: 120, until: 180, share: 0.3 }],
  },
  { latencyUs: { type: 'uniform' as const, fromUs: 3, toUs: 20 }, cancelLatencyUs: 1 },
)

interface Run {
  /** The event time of each step. */
  readonly times: number[]
  readonly answers: Answer[]
  readonly fills: { readonly key: string; readonly fill: Fill; readonly quoteAt: number; readonly step: number }[]
}

/** Runs the steps as the runner does: the venue sees a quote only where it watches, before what is decided on it. */
function run(
  venue: SimulatedVenue,
  steps: readonly Step[],
  each: (step: number) => SimulatedVenue = () => venue,
  listen: (answer: Answer, step: number) => void = () => {},
): Run {
  const times: number[] = []
  const answers: Answer[] = []
  const fills: Run['fills'] = []
  let now = 100
  for (const definition of definitions) venue.define(definition)
  steps.forEach(({ key, gap, bid, spread, size, rate, orders }, step) => {
    now += gap
    const at = now as Micros
    times.push(now)
    const used = each(step)
    const hear = (answer: Answer): void => {
      answers.push(answer)
      listen(answer, step)
      if (answer.type === 'fill') fills.push({ key: answer.instrument, fill: answer.value, quoteAt: at, step })
    }
    if (used.watches(key)) {
      used.onQuote(key, shown(at, bid, spread, size), hear)
      used.onTrade(key, trade({ at, price: (bid + (size > 3 ? spread : 0)) / 100, size, side: SIDES[step % 3]! }), hear)
    }
    if (rate !== 0) used.onFinancing(key, funding({ at, rate }), hear)
    orders.forEach((order, i) => {
      used.submit({ ...PLAIN, ...order, at, id: `${step}.${i}`, instrument: key } as Order, at, hear)
    })
  })
  return { times, answers, fills }
}

const SIDES = ['buy', 'sell', 'unknown'] as const

const shown = (at: Micros, bid: number, spread: number, size: number): Quote =>
  quote({ at, bid: bid / 100, ask: (bid + spread) / 100, bidSize: size, askSize: size })

const opened = (options: Partial<Rules> & Pick<Rules, 'latencyUs'>, startBalance = START): SimulatedVenue =>
  paperVenue({ ...options, startBalance, currency: usd })

/** The whole of it: STREAMS=100000 npm test -- connectors/paper/venue.prop.test.ts */
const STREAMS = Number(process.env.STREAMS ?? 4000)

test(`${STREAMS} random order streams keep cash, positions and lots, within the market, never on an old quote`, () => {
  let fills = 0
  fc.assert(
    fc.property(anyOptions, anySteps, (options, steps) => {
      const venue = opened(options)
      const ran = run(venue, steps)
      fills += ran.fills.length
      cashIsKept(ran.answers)
      positionsAreKept(ran.answers, venue)
      lotsAreKept(ran.answers, steps)
      for (const fill of ran.fills) {
        isNotOlder(fill, options, ran.times)
        if (!('depthTicks' in options)) isWithinMarket(fill, steps)
      }
    }),
    { seed: 1, numRuns: STREAMS },
  )
  expect(fills).toBeGreaterThan(STREAMS)
}, 600_000)

/** Each account is the ledger's, and what was paid is what is held at cost and what it earned. */
const cashIsKept = (answers: readonly Answer[], start = START): void => {
  const book = ledger(start)
  let paid = 0
  for (const answer of answers) {
    if (answer.type === 'account') {
      const costs = positionsOf(book).reduce((sum, { position }) => sum + position.cost, 0)
      expect(answer.value.balance).toBe(book.balance)
      expect(answer.value.balance - costs).toBe(start - paid)
    }
    if (answer.type === 'payment') {
      paid += answer.value.amount
      bookPayment(book, answer.value)
    }
    if (answer.type !== 'fill') continue
    const { side, lots, price, fee } = answer.value
    paid += notional(price, (side === 'buy' ? lots : -lots) as Lots, terms) + fee
    bookFill(book, answer.instrument, answer.value, terms)
  }
}

/** The ledger holds what the venue holds, long is above and short below 0, and both add up to what was dealt. */
const positionsAreKept = (answers: readonly Answer[], venue: SimulatedVenue): void => {
  const book = ledger(START)
  const dealt = new Map<string, number>()
  const heldOf = ({ holdings, shorts }: Ledger, key: string): readonly [Position, Position] => [
    holdings.get(key)?.position ?? FLAT,
    shorts.get(key)?.position ?? FLAT,
  ]
  for (const answer of answers) {
    if (answer.type !== 'fill') continue
    const { instrument: key, value } = answer
    bookFill(book, key, value, terms)
    dealt.set(key, (dealt.get(key) ?? 0) + signed(value.side, value.lots))
    const [held, short] = heldOf(book, key)
    expect(held.lots + short.lots).toBe(dealt.get(key))
    if (value.leg !== undefined) expect(held.lots).toBeGreaterThanOrEqual(0)
    expect(short.lots).toBeLessThanOrEqual(0)
  }
  for (const [key, { position, short, ladders }] of (venue.snapshot() as PaperState).desks) {
    expect(heldOf(book, key)).toEqual([position, short])
    const waiting = ladders.flatMap(({ jobs }) => jobs)
    expect(new Set(waiting).size).toBe(waiting.length)
  }
}

/** Every order ends with as many lots as it asked for, and no fill is worse than its limit. */
const lotsAreKept = (answers: readonly Answer[], steps: readonly Pick<Step, 'orders'>[]): void => {
  const isAmended = steps.some(({ orders }) => orders.some(({ type }) => type === 'amend'))
  const left = new Map<string, number>()
  for (const answer of answers) {
    if (answer.type !== 'fill' && answer.type !== 'update') continue
    const { orderId } = answer.value
    const order = orderOf(orderId, steps)
    const isOrder = order.type !== 'cancel' && order.type !== 'amend'
    const lots = answer.type === 'fill' ? answer.value.lots : answer.value.lotsLeft
    const now = (left.get(orderId) ?? (isOrder ? order.lots! : 0)) - lots
    left.set(orderId, now)
    expect(now).toBeGreaterThanOrEqual(0)
    if (answer.type === 'update' && !isWorking(answer.value)) expect(now).toBe(0)
    if (answer.type !== 'fill' || isAmended || !order.limit) continue
    if (order.side === 'buy') expect(answer.value.price).toBeLessThanOrEqual(order.limit)
    else expect(answer.value.price).toBeGreaterThanOrEqual(order.limit)
  }
}

const isNotOlder = (
  { fill, quoteAt, step }: Run['fills'][number],
  options: Options,
  times: readonly number[],
): void => {
  const decided = Number(fill.orderId.split('.')[0])
  expect(quoteAt).toBeGreaterThanOrEqual(times[decided]! + leastUs(options.latencyUs))
  if ('fillOn' in options) expect(step).toBeGreaterThanOrEqual(decided)
  else expect(step).toBeGreaterThan(decided)
  expect(fill.quoteAgeUs).toBe(fill.at - quoteAt)
  expect(fill.quoteAgeUs).toBeGreaterThanOrEqual(0)
}

/** Between the lowest bid and the highest ask of the instrument since the order was decided. */
const isWithinMarket = ({ key, fill, step }: Run['fills'][number], steps: readonly Step[]): void => {
  const decided = Number(fill.orderId.split('.')[0])
  const seen = steps.slice(decided, step + 1).filter(quote => quote.key === key)
  const sides = seen.flatMap(({ bid, spread }) => [bid, bid + spread])
  expect(fill.price).toBeGreaterThanOrEqual(Math.floor(Math.min(...sides)))
  expect(fill.price).toBeLessThanOrEqual(Math.ceil(Math.max(...sides)))
}

const orderOf = (orderId: string, steps: readonly Pick<Step, 'orders'>[]): Step['orders'][number] => {
  // Its lots are those that an update adds.
  if (isCall(orderId)) return { type: 'market', lots: 0 as Lots }
  const [step, i] = orderId.split('.').map(Number)
  return steps[step!]!.orders[i!]!
}

const isCall = (orderId: string): boolean => orderId.startsWith('margin-call-')

const margins = fc.constantFrom<Partial<Rules>>(
  { fillsBySize: true },
  { positions: 'hedging' },
  { outages: [{ from: 140, until: 160, venue: 'stands still' }] },
  {},
)

test(`${STREAMS / 4} random streams on margin are called for what the ledger says, and keep cash and lots`, () => {
  const start = minor(150_000)
  const margin = { XAGUSD: { initial: 0.5, maintenance: 0.4 } }
  let [calls, refused] = [0, 0]
  fc.assert(
    fc.property(margins, anySteps, (rules, few) => {
      // What 15 lots cost; moves of a quarter, and orders of up to a hundred lots.
      const steps = few.map(step => ({
        ...step,
        bid: Math.round(step.bid - 100) * 5 + 100,
        orders: step.orders.map(order => ({ ...order, lots: ((order.lots ?? 0) * 11) as Lots })),
      }))
      const venue = opened({ latencyUs: 0, margin, leverage: 10, ...rules }, start)
      const book = ledger(start)
      const called = new Map<string, number>()
      const see = (step: number): void => {
        const { key, bid, spread } = steps[step]!
        mark(book, key, shown(0 as Micros, bid, spread, 0))
      }
      const each = (step: number): SimulatedVenue => {
        // As the runner does: behind the quote, too, with what it has filled.
        if (step > 0) see(step - 1)
        see(step)
        return venue
      }
      const listen = (answer: Answer, step: number): void => {
        if (answer.type === 'payment') bookPayment(book, answer.value)
        if (answer.type === 'fill') {
          bookFill(book, answer.instrument, answer.value, terms)
          const { at, quoteAgeUs, orderId } = answer.value
          expect(at - quoteAgeUs).toBeGreaterThanOrEqual(called.get(orderId) ?? 0)
        }
        if (answer.type !== 'update' || !answer.value.reason.startsWith('margin')) return
        see(step)
        const { at, orderId, reason } = answer.value
        expect(reason.split('worth ')[1]).toBe(formatMoney(minor(book.balance + book.unrealised), usd))
        if (isCall(orderId)) called.set(orderId, at)
        else refused += 1
      }
      const { answers } = run(venue, steps, each, listen)
      calls += called.size
      cashIsKept(answers, start)
      positionsAreKept(answers, venue)
      lotsAreKept(answers, steps)
    }),
    { seed: 7, numRuns: STREAMS / 4 },
  )
  expect(calls).toBeGreaterThan(STREAMS / 40)
  expect(refused).toBeGreaterThan(STREAMS / 40)
}, 600_000)

type Options = { readonly latencyUs: Rules['latencyUs'] }

test('round trips add up to what was realised, and drawdown to the worst of the samples', () => {
  fc.assert(
    fc.property(anySteps, steps => {
      const book = ledger(START)
      const venue = opened({ latencyUs: 0 })
      let closed = 0
      let worst = 0
      let peak: number = START
      let now = 100
      for (const definition of definitions) venue.define(definition)
      steps.forEach(({ key, gap, bid, spread, orders }, step) => {
        now += gap
        const at = now as Micros
        const price = shown(at, bid, spread, 0)
        venue.onQuote(key, price, answer => {
          if (answer.type === 'fill') closed += bookFill(book, key, answer.value, terms)?.pnl ?? 0
        })
        mark(book, key, price)
        peak = Math.max(peak, book.balance + book.unrealised)
        worst = Math.max(worst, peak - book.balance - book.unrealised)
        orders.forEach((order, i) => {
          venue.submit(
            {
              ...PLAIN,
              ...order,
              ...PLAIN,
              type: 'market',
              lots: order.lots || 1,
              limit: 0,
              timeInForce: 'IOC',
              at,
              id: `${step}.${i}`,
              instrument: key,
            } as Order,
            at,
            () => {},
          )
        })
      })
      expect(book.maxDrawdown.amount).toBeGreaterThanOrEqual(worst)
      const open = positionsOf(book).reduce((sum, { trip }) => sum + (trip?.pnl ?? 0), 0)
      expect(closed + open).toBe(book.realised)
      expect(book.startBalance + book.realised - book.fees).toBe(book.balance)
    }),
    { seed: 3, numRuns: 2000 },
  )
})

/** A bar, and what is decided at its close. */
interface BarStep {
  readonly gap: number
  readonly prices: readonly [number, number, number, number]
  readonly volume: number
  readonly orders: readonly Partial<Order>[]
}

const anyBars: fc.Arbitrary<BarStep[]> = fc.array(
  fc.record({
    gap: fc.constantFrom(0, 0, 0, 60),
    prices: fc.tuple(anyPrice, anyPrice, anyPrice, anyPrice),
    volume: fc.constantFrom(0, 5, 20),
    orders: fc.array(anyOrder, { maxLength: 3 }),
  }),
  { maxLength: 30, size: '+1' },
)

test(`${STREAMS} random order streams over bars keep all of it, each fill within its bar`, () => {
  fc.assert(
    fc.property(anyBarPath, anyPositions, fc.boolean(), anyBars, (barPath, positions, fillsBySize, steps) => {
      const venue = opened({ latencyUs: 0, fillsFrom: 'bars', barPath, positions, fillsBySize })
      const answers: Answer[] = []
      runBars(venue, steps, ({ high, low, start }, answer) => {
        answers.push(answer)
        if (answer.type !== 'fill') return
        const price = answer.value.price / 100
        expect(price).toBeGreaterThanOrEqual(low)
        expect(price).toBeLessThanOrEqual(high)
        expect(answer.value.at - answer.value.quoteAgeUs).toBeGreaterThanOrEqual(start)
      })
      cashIsKept(answers)
      positionsAreKept(answers, venue)
      lotsAreKept(answers, steps)
    }),
    { seed: 6, numRuns: STREAMS },
  )
}, 600_000)

test('what is earned lies within the band after every bar, which is as wide as the two ways differ', () => {
  let wide = 0
  fc.assert(
    fc.property(anyPositions, fc.boolean(), anyBars, (positions, fillsBySize, steps) => {
      const rules = { latencyUs: 0, fillsFrom: 'bars', positions, fillsBySize } as const
      const venue = opened({ ...rules, barPath: 'high' })
      const other = opened({ ...rules, barPath: 'low' })
      const book = ledger(START)
      let band = { pessimistic: 0, optimistic: 0 }
      runBars(
        venue,
        steps,
        (_, answer) => {
          if (answer.type === 'fill') bookFill(book, answer.instrument, answer.value, terms)
        },
        shown => {
          const theirs = structuredClone(book)
          other.restore(venue.snapshot())
          other.onBar(barKey, shown, answer => {
            if (answer.type === 'fill') bookFill(theirs, answer.instrument, answer.value, terms)
          })
          return () => {
            const { pessimistic = 0, optimistic = 0 } = venue.counts()
            const more = equityAt(theirs, shown.close) - equityAt(book, shown.close)
            expect(pessimistic).toBe(band.pessimistic + Math.min(0, more))
            expect(optimistic).toBe(band.optimistic + Math.max(0, more))
            expect(pessimistic).toBeLessThanOrEqual(0)
            expect(optimistic).toBeGreaterThanOrEqual(0)
            band = { pessimistic, optimistic }
            if (more !== 0) wide += 1
          }
        },
      )
    }),
    { seed: 7, numRuns: 500 },
  )
  expect(wide).toBeGreaterThan(100)
})

const anyPositions = fc.constantFrom('netting', 'hedging')
const anyBarPath = fc.constantFrom('nearer', 'high', 'low')
const [{ id: barKey }] = definitions as [(typeof definitions)[number]]

/** Shows each bar, between the two halves of `around`, and submits what is decided at its close. */
function runBars(
  venue: SimulatedVenue,
  steps: readonly BarStep[],
  hear: (shown: Bar, answer: Answer) => void,
  around: (shown: Bar) => () => void = () => () => undefined,
): void {
  venue.define(definitions[0]!)
  let now = 100
  steps.forEach(({ gap, prices, volume, orders }, step) => {
    const start = now + gap
    now = start + 60
    const [open, close] = [prices[0] / 100, prices[3] / 100]
    const range = { high: Math.max(...prices) / 100, low: Math.min(...prices) / 100 }
    const shown = bar({ at: now, start, open, ...range, close, volume, count: 1 })
    const after = around(shown)
    venue.onBar(barKey, shown, answer => hear(shown, answer))
    after()
    const at = now as Micros
    orders.forEach((order, i) => {
      venue.submit({ ...PLAIN, ...order, at, id: `${step}.${i}`, instrument: barKey } as Order, at, answer =>
        hear(shown, answer),
      )
    })
  })
}

const equityAt = (book: Ledger, price: number): number =>
  positionsOf(book).reduce<number>(
    (sum, { position }) => sum + unrealised(position, toTicks(price, terms), terms),
    book.balance,
  )

const onMargin = fc.constant({ latencyUs: 3, leverage: 1 })

test('a venue restored at every cut answers as one that was not interrupted', () => {
  fc.assert(
    fc.property(fc.oneof(anyOptions, onMargin), anySteps, (options, steps) => {
      const start = 'leverage' in options ? minor(50_000) : START
      const whole = opened(options, start)
      const { answers } = run(whole, steps)
      let venue = opened(options, start)
      const resumed = run(venue, steps, () => {
        const next = opened(options, start)
        next.restore(venue.snapshot())
        venue = next
        return venue
      })
      expect(resumed.answers).toEqual(answers)
      expect(venue.counts()).toEqual(whole.counts())
    }),
    { seed: 4, numRuns: 300 },
  )
})

const leastUs = (latency: Rules['latencyUs']): number =>
  typeof latency === 'number' ? latency : latency.type === 'uniform' ? latency.fromUs : 0
