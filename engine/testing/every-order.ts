import type { Expander } from '../flow/kernel.ts'
import { ear } from '../flow/kernel.ts'
import { lift } from '../flow/lift.ts'
import { type Strategy, strategy } from '../flow/pipeline.ts'
import { type Terms, termsOf, toTicks } from '../market/decimal.ts'
import type { Intent, OrderType, Side, TimeInForce } from '../market/order.ts'
import type { Quote } from '../market/quote.ts'
import { instruments, quotes } from '../market/topics.ts'
import type { Lots, Micros, Ticks } from '../market/units.ts'

/** Orders of every type, time in force and condition, one set each `every` quotes; for tests that stop and go on. */
export const everyOrder: Strategy = strategy({
  name: 'every-order',
  reads: { quotes },
  params: { every: 40 },
  graph: ({ quotes }, { every }) => quotes.pipe(lift(everyOrderStep(every))),
})

interface EveryOrderState {
  seen: number
  sets: number
  terms: Terms | null
}

const everyOrderStep = (every: number): Expander<EveryOrderState, Quote, Intent> => ({
  name: `everyOrder(${every})`,
  warmup: every,
  hears: [
    ear(instruments, (state: EveryOrderState, instrument) => {
      state.terms = termsOf(instrument)
    }),
  ],
  init: () => ({ seen: 0, sets: 0, terms: null }),
  step(state, { bid }, emit) {
    state.seen += 1
    if (state.terms === null || state.seen % every !== 0) return
    const { sets } = state
    state.sets += 1
    const set = SETS[sets % SETS.length]!
    for (const intent of set(toTicks(bid, state.terms), sets % 4 < 2 ? 'buy' : 'sell', `${sets}`)) emit(intent)
  },
})

type OrderSet = (price: number, side: Side, name: string) => readonly Intent[]

const LOTS = 2 as Lots
/** Ticks: what a few quotes move, and what they hardly do. */
const NEAR = 2
const FAR = 40

const order = (
  [type, side, timeInForce]: readonly [OrderType, Side, TimeInForce],
  more: Partial<Intent> = {},
): Intent => ({ at: 0 as Micros, type, side, lots: LOTS, limit: 0 as Ticks, timeInForce, ...more })

const other = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')
/** So much better than the price for who buys or sells; negative is worse. */
const better = (price: number, side: Side, by: number): Ticks => (side === 'buy' ? price - by : price + by) as Ticks

const SETS: readonly OrderSet[] = [
  (price, side, name) => {
    const exit = { parent: `e${name}`, group: `x${name}` }
    return [
      order(['market', side, 'IOC'], { ref: `e${name}` }),
      order(['limit', other(side), 'GTC'], { ...exit, limit: better(price, other(side), FAR) }),
      order(['stop', other(side), 'GTC'], { ...exit, trigger: better(price, other(side), -FAR) }),
    ]
  },
  (_, side) => [order(['trailing', side, 'GTC'], { trail: FAR as Ticks })],
  (_, side) => [order(['trailing', side, 'DAY'], { trailBps: 2, reduceOnly: 1 })],
  (price, side) => [order(['limit', side, 'GTD'], { limit: better(price, side, NEAR), until: 3_000_000 as Micros })],
  (price, side) => [order(['limit', side, 'GTC'], { limit: better(price, side, NEAR), postOnly: 1 })],
  (price, side) => [order(['limit', side, 'FOK'], { limit: better(price, side, -FAR) })],
  (price, side) => [
    order(['stop-limit', side, 'GTC'], { trigger: better(price, side, -NEAR), limit: better(price, side, -FAR) }),
  ],
  (price, side) => [order(['take-profit', side, 'GTC'], { trigger: better(price, side, NEAR) })],
  (price, side, name) => [order(['limit', side, 'GTC'], { limit: better(price, side, FAR), ref: `a${name}` })],
  (price, side, name) => [
    order(['amend', side, 'GTC'], { ref: `a${Number(name) - 1}`, lots: 0 as Lots, limit: better(price, side, NEAR) }),
  ],
  (_, side, name) => [order(['cancel', side, 'GTC'], { ref: `a${Number(name) - 2}`, lots: 0 as Lots })],
  (_, side) => [order(['market', side, 'IOC'], { reduceOnly: 1, lots: 50 as Lots })],
]
