import { MillraceError } from '../../engine/errors.ts'
import { costOf, exchanged, PAR, type Rates } from '../../engine/market/conversion.ts'
import { missingCross, ratesFor } from '../../engine/market/crosses.ts'
import { feeOf, notional, toLots, toTicks } from '../../engine/market/decimal.ts'
import { feeFor } from '../../engine/market/fees.ts'
import type { Fill, Leg } from '../../engine/market/fill.ts'
import { applyFill } from '../../engine/market/position.ts'
import type { Quote } from '../../engine/market/quote.ts'
import { type Lots, type Micros, type Minor, minor, type Ticks } from '../../engine/market/units.ts'
import { type Desk, expectQuote, type Job, noteEnded, type PaperState, type Send, update } from './desk.ts'
import { ladderOf, place, remove } from './ladder.ts'
import { shortfall } from './margin.ts'
import { joinQueue } from './queue.ts'
import type { Rules } from './rules.ts'

/** One quote, one instrument, and whom to answer. */
export interface Scene {
  /** Of what orders are filled from: the quote, or a trade. */
  readonly at: number
  readonly state: PaperState
  readonly desk: Desk
  readonly rules: Rules
  readonly send: Send
}

/** What is dealt, at which price, and for which fee. */
interface Deal {
  readonly lots: Lots
  readonly price: Ticks
  readonly isMaker: boolean
}

/** What is bought pays the ask, what is sold gets the bid, rounded against us; ticks. */
export const touchOf = ({ quote, terms }: Desk, isBuy: boolean): Ticks =>
  isBuy ? toTicks(quote.ask, terms, 'up') : toTicks(quote.bid, terms, 'down')

export const isBuy = ({ order }: Job): boolean => order.side === 'buy'

/** Whether the limit allows the touch. */
export const isWithin = (job: Job, touch: number): boolean =>
  isBuy(job) ? touch <= job.order.limit : touch >= job.order.limit

/** The order waits in its ladder, or beside the trailing stops. */
export function rest(scene: Scene, job: Job): void {
  const { state, desk, send } = scene
  if (scene.rules.queue) joinQueue(scene, job)
  desk.jobs.set(job.serial, job)
  if (job.order.type === 'trailing' && job.trigger > 0) desk.trailing.push(job.serial)
  else place(ladderOf(desk.ladders, isBuy(job), isStop(job)), priceOf(job), job.serial)
  if (job.until < desk.nextEnd) desk.nextEnd = job.until
  if (!job.rests) send(update(state, job.order, { state: 'accepted', lotsLeft: 0, reason: '' }))
  job.rests = true
}

/** Takes the order from where it waits, if it does. */
export function unrest({ ladders, trailing }: Desk, job: Job): void {
  const place = job.order.type === 'trailing' ? trailing.indexOf(job.serial) : -1
  if (place >= 0) trailing.splice(place, 1)
  else remove(ladderOf(ladders, isBuy(job), isStop(job)), priceOf(job), job.serial)
}

/** Books a fill and what follows: children get their lots, the group gives its own up. */
export function fill(scene: Scene, job: Job, deal: Deal): void {
  const { state, desk, send } = scene
  const { lots } = deal
  const { quote } = desk
  const rates = ratesNow(state, desk)
  if (isBuy(job)) quote.askLots -= lots
  else quote.bidLots -= lots
  job.lotsLeft -= lots
  job.filled += lots
  const value = book(scene, job, deal, rates)
  send({ type: 'fill', instrument: job.order.instrument, value, ...(rates === PAR ? {} : { rates }) })
  send({ type: 'account', value: { at: value.at, balance: state.balance } })
  const { ref, group } = job.conditions
  if (ref !== '') feed(scene, ref, lots)
  const isDone = job.lotsLeft + job.held === 0
  if (isDone) forget(desk, job)
  if (group !== '') share(scene, job, lots, isDone)
  if (isDone && ref !== '') orphan(scene, job)
}

/** The order is over with lots that nobody will fill. */
export function end(scene: Scene, job: Job, how: 'cancelled' | 'expired' | 'rejected', reason: string): void {
  const { state, desk, send } = scene
  unrest(desk, job)
  forget(desk, job)
  if (how === 'expired') state.counts.expired += 1
  else if (how === 'rejected') state.counts.rejects += 1
  send(update(state, job.order, { state: how, lotsLeft: job.lotsLeft + job.held, reason: reason }))
  // Its own fill may have ended it, by its group: then it goes on with nothing.
  job.lotsLeft = 0
  job.held = 0
  if (job.conditions.ref !== '') orphan(scene, job)
}

/** The order is known by its names from now on. */
export function register(desk: Desk, job: Job): void {
  const { ref, group, parent } = job.conditions
  desk.jobs.set(job.serial, job)
  if (ref !== '') desk.refs.set(ref, job.serial)
  if (group !== '') listed(desk.groups, group).push(job.serial)
  if (parent !== '') listed(desk.children, parent).push(job.serial)
}

/** Stops wait on the other side of the touch than limits do. */
const isStop = ({ order, trigger }: Job): boolean => trigger > 0 && order.type !== 'take-profit'
const priceOf = ({ order, trigger }: Job): number => (trigger > 0 ? trigger : order.limit)

function book(scene: Scene, job: Job, deal: Deal, rates: Rates): Fill {
  const { at, state, desk, rules } = scene
  const { lots, price } = deal
  const { counts, now } = state
  const { id, side } = job.order
  const fee = feeOn(scene, deal)
  const quoteAgeUs = now - at
  const leg = legOf(rules, job)
  const netted: Fill = { at: now as Micros, orderId: id, side, lots, price, fee, quoteAgeUs }
  const made = leg === undefined ? netted : { ...netted, leg }
  const held = leg === 'short' ? 'short' : 'position'
  const position = applyFill(desk[held], made, desk.terms)
  const earned = position.realised - desk[held].realised
  state.balance = minor(state.balance + exchanged(earned, rates) - costOf(fee, rates))
  desk[held] = position
  counts.fills += 1
  if (job.waited) counts.waited += 1
  if (quoteAgeUs > counts.worstQuoteAgeUs) counts.worstQuoteAgeUs = quoteAgeUs
  return made
}

/** Where positions are hedged: what an order opens has its side, and what only reduces closes the other. */
export const legOf = ({ positions }: Rules, { order, conditions }: Job): Leg | undefined => {
  if (positions !== 'hedging') return undefined
  return (order.side === 'buy') === (conditions.reduceOnly === 0) ? 'long' : 'short'
}

/** Fails: Reject MARKET_CROSS when a definition took away the cross under an order. */
export function ratesNow({ crosses }: PaperState, { instrument }: Desk): Rates {
  const rates = ratesFor(crosses, instrument.id)
  if (rates === undefined) throw new MillraceError('MARKET_CROSS', missingCross(crosses, instrument.id))
  return rates
}

/** By the schedule of the venue for the instrument, else by the shares in its definition. */
function feeOn({ desk, rules }: Scene, { lots, price, isMaker }: Deal): Minor {
  const { id, takerFeeBps, makerFeeBps } = desk.instrument
  const paid = notional(price, lots, desk.terms)
  const schedule = rules.fees?.[id]
  if (schedule === undefined) return feeOf(paid, isMaker ? makerFeeBps : takerFeeBps)
  const dealt = { notional: paid, lots, liquidity: isMaker ? 'maker' : 'taker', volume: desk.traded } as const
  desk.traded = Math.min(desk.traded + paid, Number.MAX_SAFE_INTEGER) as Minor
  return feeFor(schedule, dealt, desk.terms)
}

/** A child has as many lots as its parent has filled; it starts with the first of them, at the next quote. */
function feed(scene: Scene, parent: string, lots: number): void {
  const { desk } = scene
  for (const serial of desk.children.get(parent) ?? []) {
    const child = desk.jobs.get(serial)!
    const given = Math.min(lots, child.held)
    const begins = child.lotsLeft === 0 && child.filled === 0 && given > 0
    child.held -= given
    child.lotsLeft += given
    if (!begins) continue
    child.from = Math.max(child.from, desk.quote.at)
    begin(scene, child)
  }
}

/** A limit that the quote which filled its parent does not reach is in the book at once; all else meets the next. */
export function begin(scene: Scene, child: Job): void {
  const { desk } = scene
  const { type, timeInForce } = child.order
  const touch = touchOf(desk, isBuy(child))
  const mayRest = type === 'limit' && timeInForce !== 'IOC' && timeInForce !== 'FOK'
  // Its group may have left it nothing before: then it waits already.
  unrest(desk, child)
  if (mayRest && touch > 0 && !isWithin(child, touch) && shortfall(scene, child) === '') rest(scene, child)
  else expectQuote(desk, child)
}

/** What one order of a group fills, the others lose; when it is done, they are. */
function share(scene: Scene, { serial, conditions }: Job, lots: number, isDone: boolean): void {
  const { state, desk, send } = scene
  for (const other of [...(desk.groups.get(conditions.group) ?? [])]) {
    const job = desk.jobs.get(other)
    if (other === serial || job === undefined) continue
    const given = Math.min(lots, job.lotsLeft)
    if (isDone || given === job.lotsLeft + job.held) {
      end(scene, job, 'cancelled', `one-cancels-other: another order of '${conditions.group}' was filled`)
    } else if (given > 0) {
      job.lotsLeft -= given
      // An amendment counts from what is left of it.
      job.order = { ...job.order, lots: (job.order.lots - given) as Lots }
      send(
        update(state, job.order, {
          state: 'amended',
          lotsLeft: given,
          reason: `one-cancels-other: another order of '${conditions.group}' was filled in part`,
        }),
      )
    }
  }
}

/** The parent is over: what it did not fill, its children will not have. */
function orphan(scene: Scene, { conditions, filled }: Job): void {
  const { state, desk, send } = scene
  for (const serial of [...(desk.children.get(conditions.ref) ?? [])]) {
    const child = desk.jobs.get(serial)
    if (child === undefined || child.held === 0) continue
    const reason = `one-triggers-other: '${conditions.ref}' ended with ${filled} lots filled`
    if (child.lotsLeft === 0) {
      end(scene, child, 'cancelled', reason)
    } else {
      const lost = child.held
      child.held = 0
      send(update(state, child.order, { state: 'amended', lotsLeft: lost, reason: reason }))
    }
  }
}

function forget(desk: Desk, job: Job): void {
  const { ref, group, parent } = job.conditions
  desk.jobs.delete(job.serial)
  if (ref !== '' && desk.refs.get(ref) === job.serial) {
    desk.refs.delete(ref)
    noteEnded(desk, job)
  }
  if (group !== '') unlist(desk.groups, group, job.serial)
  if (parent !== '') unlist(desk.children, parent, job.serial)
}

function listed(lists: Map<string, number[]>, name: string): number[] {
  const list = lists.get(name) ?? []
  lists.set(name, list)
  return list
}

function unlist(lists: Map<string, number[]>, name: string, serial: number): void {
  const left = (lists.get(name) ?? []).filter(other => other !== serial)
  if (left.length > 0) lists.set(name, left)
  else lists.delete(name)
}

/** What the quote offers: without bound where the size is not told, or sets none. */
export const offered = (size: number, desk: Desk, { fillsBySize, queue, depthTicks }: Rules): number =>
  (fillsBySize || queue || depthTicks) && size > 0 ? toLots(size, desk.terms) : Number.POSITIVE_INFINITY

/** The quote in hand from now on. */
export function see(desk: Desk, { at, bid, ask, bidSize, askSize }: Quote, rules: Rules): void {
  const { quote } = desk
  quote.at = at
  quote.bid = bid
  quote.ask = ask
  quote.bidShown = offered(bidSize, desk, rules)
  quote.askShown = offered(askSize, desk, rules)
  quote.bidLots = quote.bidShown
  quote.askLots = quote.askShown
}
