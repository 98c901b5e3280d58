import fc from 'fast-check'
import { expect, test } from 'vitest'
import { currency } from '../../engine/market/cash.ts'
import { type Cross, convert } from '../../engine/market/conversion.ts'
import { takeInstrument } from '../../engine/market/crosses.ts'
import { termsOf, toTicks } from '../../engine/market/decimal.ts'
import { instrument } from '../../engine/market/instrument.ts'
import { type Order, PLAIN } from '../../engine/market/order.ts'
import { applyFill, FLAT, type Position, unrealised } from '../../engine/market/position.ts'
import { type Quote, quote } from '../../engine/market/quote.ts'
import { type Micros, minor, type Ticks } from '../../engine/market/units.ts'
import { bookFill, equitySample, ledger, mark } from '../../engine/run/ledger.ts'
import type { Answer, SimulatedVenue } from '../../engine/run/venue.ts'
import type { Rules } from './rules.ts'
import { paperVenue } from './venue.ts'

// One account over instruments in three currencies: all money is counted a second time, from the quotes alone.

const START = minor(10_000_000)
const usd = currency('USD', 4)
const steps = { venue: 'paper', tickSize: '0.01', lotSize: '10', takerFeeBps: 1, makerFeeBps: -0.5 }
const definitions = [
  instrument({ ...steps, id: 'EURGBP', quoteCurrency: 'GBP', decimals: 3 }),
  instrument({ ...steps, id: 'GBPUSD', quoteCurrency: 'USD', decimals: 4 }),
  instrument({ ...steps, id: 'USDJPY', quoteCurrency: 'JPY', decimals: 1 }),
]
const byId = new Map(definitions.map(one => [one.id as string, { ...one, terms: termsOf(one) }]))

interface Step {
  readonly key: string
  readonly gap: number
  readonly bid: number
  readonly spread: number
  readonly orders: readonly Partial<Order>[]
}

const anyPrice = fc.integer({ min: 95, max: 110 })
const anyOrder = fc
  .record({ type: fc.constantFrom('market', 'limit'), side: fc.constantFrom('buy', 'sell'), price: anyPrice })
  .chain(({ type, side, price }) =>
    fc.integer({ min: 1, max: 9 }).map(lots => ({
      ...{ ...PLAIN, type, side, lots, limit: type === 'limit' ? price : 0 },
      timeInForce: type === 'limit' ? 'GTC' : 'IOC',
    })),
  ) as unknown as fc.Arbitrary<Step['orders'][number]>
const anySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    key: fc.constantFrom(...byId.keys()),
    gap: fc.integer({ min: -3, max: 10 }),
    bid: fc.oneof(fc.integer({ min: 95, max: 105 }), fc.double({ min: 95, max: 105, noNaN: true })),
    spread: fc.integer({ min: -1, max: 4 }),
    orders: fc.array(anyOrder, { maxLength: 2 }),
  }),
  { maxLength: 40, size: '+1' },
)
const anyOptions = fc.constantFrom<Partial<Rules>>({}, { fillOn: 'same' }, { latencyUs: 7 })

const opened = (options: Partial<Rules>): SimulatedVenue =>
  paperVenue({ latencyUs: 0, ...options, startBalance: START, currency: usd })

interface Ran {
  readonly answers: readonly Answer[]
  /** The ledger after each step, and what all of it comes to by the quotes. */
  readonly worth: readonly (readonly [ledger: unknown, counted: unknown])[]
}

/** As the runner does: the ledger hears the answers, and marks what the venue watches. */
const run = (options: Partial<Rules>, story: readonly Step[], each = (venue: SimulatedVenue) => venue): Ran => {
  const [answers, worth]: [Answer[], (readonly [unknown, unknown])[]] = [[], []]
  const [book, counted] = [ledger(START, usd), counting()]
  let [venue, now] = [opened(options), 100]
  for (const one of definitions) {
    venue.define(one)
    takeInstrument(book.crosses!, one)
  }
  story.forEach(({ key, gap, bid, spread, orders }, step) => {
    now += gap
    const at = now as Micros
    const shown = quote({ at, bid: bid / 100, ask: (bid + spread) / 100, bidSize: 0, askSize: 0 })
    const hear = (answer: Answer): void => {
      answers.push(answer)
      if (answer.type === 'account')
        expect([book.balance, counted.balance()]).toEqual(Array(2).fill(answer.value.balance))
      if (answer.type !== 'fill') return
      const { value, rates } = answer
      bookFill(book, answer.instrument, { ...value, rates }, byId.get(answer.instrument)!.terms)
      counted.fill(answer)
    }
    venue = each(venue)
    if (key !== 'EURGBP') expect(venue.watches(key)).toBe(true)
    counted.see(key, shown)
    if (venue.watches(key)) {
      venue.onQuote(key, shown, hear)
      mark(book, key, shown)
      counted.see(key, shown)
    }
    worth.push([equitySample(book, at).equity, counted.equity()])
    orders.forEach((order, i) => {
      venue.submit({ ...order, at, id: `${step}.${i}`, instrument: key } as Order, at, hear)
    })
  })
  return { answers, worth }
}

/** The account by the quotes alone: each sum turned by `convert`, each position at the price of its quote or fill. */
const counting = () => {
  const quotes = new Map<string, Quote>()
  const held = new Map<string, Position>()
  const marks = new Map<string, Ticks>()
  let balance: number = START
  const crosses = (): Cross[] =>
    definitions.flatMap(({ id, quoteCurrency }) => {
      const shown = quotes.get(id)
      return shown ? [{ ...shown, base: id.slice(0, 3), quote: quoteCurrency }] : []
    })
  const inDollars = (key: string, amount: number): number => {
    const { quoteCurrency, decimals } = byId.get(key)!
    return convert({ currency: currency(quoteCurrency, decimals), amount: minor(amount) }, usd, crosses()).amount
  }
  return {
    see(key: string, shown: Quote): void {
      quotes.set(key, shown)
      const { terms } = byId.get(key)!
      if ((held.get(key)?.lots ?? 0) > 0) marks.set(key, toTicks(shown.bid, terms, 'down'))
      else marks.set(key, toTicks(shown.ask, terms, 'up'))
    },
    fill({ instrument: key, value }: Answer & { readonly type: 'fill' }): void {
      const before = held.get(key) ?? FLAT
      const after = applyFill(before, value, byId.get(key)!.terms)
      held.set(key, after)
      marks.set(key, value.price)
      balance += inDollars(key, after.realised - before.realised) + inDollars(key, -value.fee)
    },
    balance: (): number => balance,
    equity(): number {
      const open = [...held].filter(([, { lots }]) => lots !== 0)
      return open.reduce((sum, [key, position]) => {
        return sum + inDollars(key, unrealised(position, marks.get(key)!, byId.get(key)!.terms))
      }, balance)
    },
  }
}

test('random orders in three currencies keep the account, at every event what the quotes say', () => {
  const fills = new Map<string, number>()
  fc.assert(
    fc.property(anyOptions, anySteps, (options, story) => {
      const { answers, worth } = run(options, story)
      for (const [ledger, counted] of worth) expect(ledger).toBe(counted)
      for (const answer of answers)
        if (answer.type === 'fill') fills.set(answer.instrument, (fills.get(answer.instrument) ?? 0) + 1)
    }),
    { seed: 1, numRuns: 600 },
  )
  for (const key of byId.keys()) expect(fills.get(key)).toBeGreaterThan(300)
})

test('a venue restored at every cut knows its crosses', () => {
  fc.assert(
    fc.property(anyOptions, anySteps, (options, story) => {
      const cut = (venue: SimulatedVenue): SimulatedVenue => {
        const next = opened(options)
        next.restore(venue.snapshot())
        return next
      }
      expect(run(options, story, cut)).toEqual(run(options, story))
    }),
    { seed: 2, numRuns: 150 },
  )
})
