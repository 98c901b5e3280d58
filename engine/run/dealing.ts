import type { Key } from '../flow/driver.ts'
import { digestRecord } from '../log/digest.ts'
import { positionOf } from '../log/position.ts'
import { type Account, ALL_KEYS } from '../market/account.ts'
import type { Bar } from '../market/bar.ts'
import { exchanged, inverse } from '../market/conversion.ts'
import { isCross, ratesFor, takeInstrument } from '../market/crosses.ts'
import { termsOf } from '../market/decimal.ts'
import { type Financing, payments } from '../market/financing.ts'
import type { Instrument } from '../market/instrument.ts'
import { conditionsOf, type Intent, type Order, PLAIN } from '../market/order.ts'
import type { Quote } from '../market/quote.ts'
import type { Stamped } from '../market/topic.ts'
import {
  accounts,
  conditionalIntents,
  conditionalOrders,
  fills,
  instruments,
  intents,
  orders,
  orderUpdates,
} from '../market/topics.ts'
import type { Trade } from '../market/trade.ts'
import type { Micros } from '../market/units.ts'
import { type Desk, latestAt, rowOfDesk } from './desk.ts'
import type { Chains } from './digests.ts'
import { bookFill, bookPayment, equitySample, mark } from './ledger.ts'
import { shownAt, tallyAnswer, tallyOrder } from './order-tally.ts'
import {
  conditionalFacts,
  equity,
  executionOf,
  executions,
  fillFacts,
  orderFacts,
  paymentFacts,
  turnedExecutions,
  turnedFillFacts,
  updateFacts,
} from './topics.ts'
import type { Answer } from './venue.ts'

const MINUTE_US = 60_000_000

/** An instrument becomes known: to the venue, to the graph, and to whoever reads the run's log. */
export const define = (desk: Desk, key: string, instrument: Instrument): void => {
  const { graph, ledger, options, out, terms } = desk
  out.push(instruments, key, instrument)
  terms.set(key, termsOf(instrument))
  options.venue.define(instrument)
  if (ledger.crosses) takeInstrument(ledger.crosses, instrument)
  // What is paid in other money makes crosses of instruments that were defined before.
  if (ledger.crosses && ledger.crosses.foreign.size > 0) graph.watchAll()
  graph.watch(graph.key(key), isWatched(desk, key))
  graph.push(instruments.name, key, instrument)
  tellAccount(desk, { at: instrument.at, balance: ledger.balance })
}

/** What the venue must see, and what the ledger must. */
const isWatched = (desk: Desk, key: string): boolean => desk.options.venue.watches(key) || isTurning(desk, key)

/** Whether the instrument is a cross that is needed. */
const isTurning = ({ ledger: { crosses } }: Desk, key: string): boolean => crosses !== null && isCross(crosses, key)

/** The graph hears of the balance, of each instrument in the money that it is paid in. */
const tellAccount = (desk: Desk, account: Account): void => {
  desk.graph.push(accounts.name, ALL_KEYS, account)
  tellForeign(desk, account)
}

const tellForeign = ({ graph, ledger: { crosses } }: Desk, { at, balance }: Account): void => {
  if (crosses === null) return
  for (const key of crosses.foreign.keys()) {
    const rates = ratesFor(crosses, key)
    if (rates) graph.push(accounts.name, key, { at, balance: exchanged(balance, inverse(rates)) } as Stamped)
  }
}

/** Ahead of a quote of a watched key: what waits is heard, then the venue sees it, and the position is marked. */
export const beforeQuote = (desk: Desk, key: Key, quote: Quote, after: number): void => {
  const isWanted = isWatched(desk, key.name)
  hearWaiting(desk, after)
  if (isWanted) {
    desk.options.venue.onQuote(key.name, quote, answer => hear(desk, answer, after))
    see(desk, key.name, quote)
  }
  desk.graph.watch(key, isWatched(desk, key.name))
}

/** What is open is marked; where the price is that of a cross, the balance in other money changes, too. */
const see = (desk: Desk, key: string, quote: Pick<Quote, 'at' | 'bid' | 'ask'>): void => {
  const { ledger } = desk
  const isCrossing = isTurning(desk, key)
  if (mark(ledger, key, quote) || !isCrossing) sample(desk, quote.at)
  if (isCrossing) tellForeign(desk, { at: quote.at, balance: ledger.balance })
}

/** Ahead of a trade of a watched key, the same; it marks a position where the venue fills from trades. */
export const beforeTrade = (desk: Desk, key: Key, trade: Trade, after: number): void => {
  const { venue } = desk.options
  beforePrint(desk, key, { at: trade.at, price: venue.fillsFrom === 'trades' ? trade.price : null, after }, hear =>
    venue.onTrade(key.name, trade, hear),
  )
}

/** Ahead of a bar of a watched key, the same; it marks a position at its close where the venue fills from bars. */
export const beforeBar = (desk: Desk, key: Key, bar: Bar, after: number): void => {
  const { venue } = desk.options
  beforePrint(desk, key, { at: bar.at, price: venue.fillsFrom === 'bars' ? bar.close : null, after }, hear =>
    venue.onBar(key.name, bar, hear),
  )
}

interface Print {
  readonly at: Micros
  /** Null where it marks nothing. */
  readonly price: number | null
  readonly after: number
}

const beforePrint = (
  desk: Desk,
  key: Key,
  { at, price, after }: Print,
  show: (hear: (answer: Answer) => void) => void,
): void => {
  const isWanted = isWatched(desk, key.name)
  hearWaiting(desk, after)
  if (isWanted) show(answer => hear(desk, answer, after))
  desk.graph.watch(key, isWatched(desk, key.name))
  if (isWanted && price !== null) see(desk, key.name, { at, bid: price, ask: price })
}

const sample = (desk: Desk, at: Micros): void => {
  if (at < desk.sampleAt) return
  desk.sampleAt = at + (desk.options.equityEveryUs ?? MINUTE_US)
  desk.out.push(equity, ALL_KEYS, equitySample(desk.ledger, at))
}

/** An open position is charged for time, or paid. */
export const chargeFinancing = (desk: Desk, key: string, financing: Financing, after: number): void =>
  desk.options.venue.onFinancing(key, financing, answer => hear(desk, answer, after))

/** Ahead of any other row of a watched key, which the venue does not see. */
export const beforeOther = (desk: Desk, key: Key, after: number): void => {
  hearWaiting(desk, after)
  desk.graph.watch(key, false)
}

export const hearWaiting = (desk: Desk, after: number): void => {
  if (desk.waiting.length === 0) return
  for (const answer of desk.waiting.splice(0)) hear(desk, answer, after)
}

const heardAs = { fill: fills.name, update: orderUpdates.name, payment: payments.name, account: accounts.name }

/** An answer enters the mailbox after so many rows: it is written down, booked, and heard by the graph. */
export const hear = (desk: Desk, answer: Answer, after: number): void => {
  const { chains, graph, out } = desk
  const key = answer.type === 'account' ? ALL_KEYS : answer.instrument
  const isTurned = answer.type === 'fill' && answer.rates !== undefined
  out.push(isTurned ? turnedExecutions : executions, key, executionOf(answer, after))
  digestAnswer(chains, answer)
  tallyAnswer(desk.orders, answer, desk.terms.get(key))
  if (answer.type === 'fill') {
    const { value, rates } = answer
    const closed = bookFill(desk.ledger, key, rates ? { ...value, rates } : value, desk.terms.get(key)!)
    if (closed) out.push(equity, ALL_KEYS, equitySample(desk.ledger, closed.closedAt))
  } else if (answer.type === 'payment') bookPayment(desk.ledger, answer.value)
  graph.push(heardAs[answer.type], key, answer.value)
  if (answer.type === 'account') tellForeign(desk, answer.value)
}

/** Fills and updates go into their digests, payments into that of fills; an account follows from them. */
const digestAnswer = (chains: Chains, answer: Answer): void => {
  if (answer.type === 'fill') {
    const { instrument, value, rates } = answer
    if (rates === undefined) digestRecord(chains.fills, fillFacts, instrument, value)
    else digestRecord(chains.fills, turnedFillFacts, instrument, { ...value, ...rates })
  } else if (answer.type === 'payment') digestRecord(chains.fills, paymentFacts, answer.instrument, answer.value)
  else if (answer.type === 'update') digestRecord(chains.orders, updateFacts, answer.instrument, answer.value)
}

/** An intent leaves the graph: it gets an id from its cause, is written down, and goes to the venue. */
export const decide = (desk: Desk, borrowed: Intent, key: Key): void => {
  const { graph, options } = desk
  const row = rowOfDesk(desk)
  // When it was decided: the latest time that was known, not that of a quote which the row released from a conflate.
  const at = latestAt(desk, row) as Micros
  desk.serial = row === desk.orderRow ? desk.serial + 1 : 0
  desk.orderRow = row
  const { topic, partition } = options.mailbox
  const cause = positionOf(desk.record!, row)
  const id = `${options.name}:${topic}/${partition}/${cause.offset}#${cause.row}-${desk.serial}`
  const order = whole({ ...borrowed, at, id, instrument: key.name as Order['instrument'] }, borrowed.at)
  record(desk, key.name, order)
  tallyOrder(desk.orders, order, shownAt(desk.record!.block, row, key.name, order.side))
  options.venue.submit(order, at, answer => desk.waiting.push(answer))
  // An answer that waits must be heard before the next row, whichever key that has.
  if (desk.waiting.length > 0) graph.watchAll()
  else if (desk.terms.has(key.name)) graph.watch(graph.key(key.name), true)
}

/** Without conditions as it is; with any of them with all. */
const whole = (order: Order, decidedAt: Micros): Order => {
  const conditions = conditionsOf(order)
  if (conditions === PLAIN) return order
  const { until } = conditions
  // A kernel without a clock says how long, not until when.
  return { ...order, ...conditions, until: until > 0 && decidedAt === 0 ? ((order.at + until) as Micros) : until }
}

const plainRows = { intents, orders, facts: orderFacts }
const conditionalRows = { intents: conditionalIntents, orders: conditionalOrders, facts: conditionalFacts }

const record = ({ chains, out }: Desk, key: string, order: Order): void => {
  const rows = conditionsOf(order) === PLAIN ? plainRows : conditionalRows
  out.push(rows.intents, key, order)
  out.push(rows.orders, key, order)
  digestRecord(chains.decisions, rows.intents.schema, key, order)
  digestRecord(chains.orders, rows.facts, key, order)
}
