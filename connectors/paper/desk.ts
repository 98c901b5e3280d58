import { MillraceError } from '../../engine/errors.ts'
import type { Currency } from '../../engine/market/cash.ts'
import { feeOf, notional, type Terms, toTicks } from '../../engine/market/decimal.ts'
import type { Fill } from '../../engine/market/fill.ts'
import type { Instrument } from '../../engine/market/instrument.ts'
import type { Order, OrderUpdate } from '../../engine/market/order.ts'
import { applyFill, FLAT, type Position } from '../../engine/market/position.ts'
import { type Lots, type Micros, type Minor, minor, type Ticks } from '../../engine/market/units.ts'
import type { Answer } from '../../engine/run/venue.ts'

/** Everything that the next answers of a paper venue depend on, as plain data. */
export interface PaperState {
  /** The latest stamp the venue was shown. */
  now: number
  balance: Minor
  readonly counts: PaperCounts
  readonly desks: Map<string, Desk>
}

interface PaperCounts {
  orders: number
  fills: number
  rejects: number
  expired: number
  worstQuoteAgeUs: number
  /** Fills whose price stood between two ticks. */
  offGridPrices: number
  [name: string]: number
}

/** What the venue knows of one instrument. */
export interface Desk {
  instrument: Instrument
  terms: Terms
  position: Position
  /** Working orders, oldest first. */
  readonly jobs: Job[]
  /** The last quote that an order was, or may be, shown. */
  readonly quote: Prices
}

interface Job {
  readonly order: Order
  /** The order is at the venue from this event time on. */
  readonly from: number
  rests: boolean
}

interface Prices {
  at: number
  bid: number
  ask: number
}

type Send = (answer: Answer) => void

const JOBS_MAX = 1000

export const initialState = (balance: Minor): PaperState => ({
  now: 0,
  balance: minor(balance),
  counts: { orders: 0, fills: 0, rejects: 0, expired: 0, worstQuoteAgeUs: 0, offGridPrices: 0 },
  desks: new Map(),
})

export const openDesk = (instrument: Instrument, terms: Terms): Desk => ({
  instrument: { ...instrument },
  terms,
  position: FLAT,
  jobs: [],
  quote: { at: 0, bid: 0, ask: 0 },
})

/** Finds desks by key. Quotes come in runs of one instrument, and each is asked for twice: the last find is kept. */
export function deskFinder(desks: ReadonlyMap<string, Desk>): (instrument: string) => Desk | undefined {
  let lastKey = ''
  let last: Desk | undefined
  return instrument => {
    if (last === undefined || instrument !== lastKey) {
      lastKey = instrument
      last = desks.get(instrument)
    }
    return last
  }
}

/** A definition that comes again, or with new fees, is taken; new steps only where nothing is counted in the old. */
export function redefine(desk: Desk, instrument: Instrument, terms: Terms): void {
  const isBusy = desk.jobs.length > 0 || desk.position.lots !== 0
  const changed = (['tickSize', 'lotSize', 'multiplier', 'quoteCurrency', 'decimals'] as const).find(
    step => instrument[step] !== desk.instrument[step],
  )
  if (isBusy && changed) {
    const was = `${changed} of ${instrument.id} is now ${instrument[changed]}`
    const expected = `expected ${desk.instrument[changed]} while an order or a position is open`
    throw new MillraceError('PAPER_REDEFINED', `${was}, ${expected}`)
  }
  desk.instrument = { ...instrument }
  desk.terms = terms
}

/** Why the venue does not take the order; empty when it does. */
export function objection({ instrument, type, lots, limit }: Order, desk: Desk | undefined, account: Currency): string {
  if (desk === undefined) return `unknown instrument ${instrument}`
  const { quoteCurrency, decimals } = desk.instrument
  if (quoteCurrency !== account.code || decimals !== account.decimals) {
    const found = `${instrument} is paid in ${quoteCurrency} with ${decimals} decimals`
    return `${found}, the account is kept in ${account.code} with ${account.decimals}`
  }
  if (!isCount(lots)) return `quantity is ${lots}, expected whole lots above 0`
  if (type === 'limit' && !isCount(limit)) return `limit is ${limit}, expected whole ticks above 0`
  if (desk.jobs.length === JOBS_MAX) return `${JOBS_MAX} orders are working, expected fewer`
  return ''
}

export function refuse(state: PaperState, order: Order, reason: string, send: Send): void {
  state.counts.rejects += 1
  send(update(state, order, 'rejected', reason))
}

/** Shows the quote to every order that was there before it. */
export function workAll(state: PaperState, desk: Desk, send: Send): void {
  const { jobs } = desk
  const count = jobs.length
  let kept = 0
  for (let i = 0; i < jobs.length; i += 1) {
    const job = jobs[i]!
    const isDone = i < count && work(state, desk, job, send)
    if (!isDone) {
      jobs[kept] = job
      kept += 1
    }
  }
  while (jobs.length > kept) jobs.pop()
}

/** Shows the quote to one order: true when nothing of the order is left to do. */
export function work(state: PaperState, desk: Desk, job: Job, send: Send): boolean {
  const { quote, terms } = desk
  if (quote.at < job.from) return false
  const { order } = job
  const isBuy = order.side === 'buy'
  const price = isBuy ? quote.ask : quote.bid
  const ticks = toTicks(price, terms, isBuy ? 'up' : 'down')
  if (ticks <= 0) return false
  if (order.type === 'limit' && (isBuy ? ticks > order.limit : ticks < order.limit)) {
    return passBy(state, job, ticks, send)
  }
  if (toTicks(price, terms, isBuy ? 'down' : 'up') !== ticks) state.counts.offGridPrices += 1
  const value = book(state, desk, order, ticks)
  send({ type: 'fill', instrument: order.instrument, value })
  send({ type: 'account', value: { at: value.at, balance: state.balance } })
  return true
}

/** The quote is not good enough for the limit. */
function passBy(state: PaperState, job: Job, ticks: Ticks, send: Send): boolean {
  const { order } = job
  if (order.timeInForce === 'IOC') {
    state.counts.expired += 1
    const touch = order.side === 'buy' ? 'the ask is' : 'the bid is'
    send(update(state, order, 'expired', `${touch} ${ticks} ticks, the limit ${order.limit}`))
    return true
  }
  if (!job.rests) send(update(state, order, 'accepted', ''))
  job.rests = true
  return false
}

function book(state: PaperState, desk: Desk, { id, side, lots }: Order, price: Ticks): Fill {
  const { counts, now } = state
  const fee = feeOf(notional(price, lots, desk.terms), desk.instrument.takerFeeBps)
  const quoteAgeUs = now - desk.quote.at
  const fill: Fill = { at: now as Micros, orderId: id, side, lots, price, fee, quoteAgeUs }
  const position = applyFill(desk.position, fill, desk.terms)
  state.balance = minor(state.balance + position.realised - desk.position.realised - fee)
  desk.position = position
  counts.fills += 1
  if (quoteAgeUs > counts.worstQuoteAgeUs) counts.worstQuoteAgeUs = quoteAgeUs
  return fill
}

function update({ now }: PaperState, order: Order, state: OrderUpdate['state'], reason: string): Answer {
  const { id: orderId, instrument, side } = order
  const lotsLeft = (state === 'accepted' ? 0 : order.lots) as Lots
  return { type: 'update', instrument, value: { at: now as Micros, orderId, state, lotsLeft, side, reason } }
}

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n > 0
