import { termsOf } from '../../engine/market/decimal.ts'
import { isCommand, type Order } from '../../engine/market/order.ts'
import type { Minor } from '../../engine/market/units.ts'
import type { SimulatedVenue } from '../../engine/run/venue.ts'
import { arrive, expire, objection, start } from './arrive.ts'
import {
  deskFinder,
  initialState,
  isBusy,
  type Job,
  newJob,
  openDesk,
  type PaperState,
  redefine,
  refuse,
  restoredState,
  sendOff,
  wake,
} from './desk.ts'
import { latencyOf } from './latency.ts'
import { checkRules, outageAt, type Rules } from './rules.ts'
import { offered, type Scene, unrest } from './settle.ts'
import { reachesAny, workResting } from './work.ts'

export interface PaperVenueOptions extends Rules {
  /** What the account is kept in is `currency`: only instruments quoted in it are traded. */
  readonly startBalance: Minor
}

/**
 * A venue on paper: fills orders from the quotes that pass by, at the ask what is bought and at the bid what is sold.
 *
 * No fill uses a quote older than the decision. An order decided at t is at the venue at t + latency and is looked at
 * with the first quote of that time or later. On a quote come first the ends of time in force, then what arrived before
 * it, in its order: cancels and amendments take effect. Then the quote is shown to resting limits by price and age, to
 * what it triggers by age, and last to the orders that just came.
 *
 * What takes is filled at the touch and pays the taker fee; a limit order that rested is filled at its own price and
 * pays the maker fee. With `fillsBySize` a quote fills no more than it displays and the rest waits, or ends as its time
 * in force says; without, all is filled. A trigger that the touch has reached on arrival is triggered at once. A
 * trailing stop is set by the first quote and follows from the next on. What one order of a group fills, the others
 * lose; a child has the lots that its parent has filled and is looked at with the quote after that. Positions are
 * netted by instrument. FILLS.md states the rules with a scenario for each.
 *
 * A fill is stamped with the time of the venue, the latest stamp it was shown. So `quoteAgeUs` is 0, unless the quote
 * came late, behind a stamp that the venue had already seen.
 *
 * In        orders, and the quotes of what `watches` names, quote currency
 * Out       from `submit` refusals, and in 'same' what the quote in hand settles; the rest from `onQuote`. After each
 *           fill the balance, minor units
 * State     of each instrument the position, up to 20,000 working orders and the last quote; the names of the latest
 *           1,000 orders that ended
 * Late      a quote stamped before an order may be filled does not fill it
 * Fails     usage PAPER_OPTIONS; Reject PAPER_REDEFINED when the steps of an instrument change under an open position
 *           or order, MARKET_MONEY when money can no longer be counted. What is wrong with an order is answered
 *
 * A flat market fills like any other; a gap is waited through, and a stop is filled behind it; a price between ticks is
 * rounded against us and counted.
 */
export function paperVenue(options: PaperVenueOptions): SimulatedVenue {
  checkRules(options)
  const { startBalance, currency } = options
  const fillsOnSame = options.fillOn === 'same'
  let state: PaperState = initialState(startBalance)
  let deskOf = deskFinder(state.desks)

  return {
    define(instrument) {
      const terms = termsOf(instrument)
      const desk = deskOf(instrument.id)
      if (desk) redefine(desk, instrument, terms)
      else state.desks.set(instrument.id, openDesk(instrument, terms))
    },

    submit(order, at, send) {
      if (!isCommand(order)) state.counts.orders += 1
      if (at > state.now) state.now = at
      const desk = deskOf(order.instrument)
      const reason = objection(order, desk, currency)
      if (desk === undefined || reason !== '') return refuse(state, order, reason, send)
      desk.serial += 1
      const job = newJob(order, desk.serial, at + travelUs(options, order, desk.serial))
      if (!fillsOnSame || desk.quote.at !== at) return sendOff(desk, job)
      const scene = { state, desk, rules: options, send }
      if (arrive(scene, job)) start(scene, job)
    },

    watches(instrument) {
      const desk = deskOf(instrument)
      return desk !== undefined && (fillsOnSame || isBusy(desk) || desk.position.lots !== 0)
    },

    onQuote(instrument, { at, bid, ask, bidSize, askSize }, send) {
      if (at > state.now) state.now = at
      const desk = deskOf(instrument)
      if (desk === undefined || !(fillsOnSame || isBusy(desk))) return
      const { quote } = desk
      quote.at = at
      quote.bid = bid
      quote.ask = ask
      quote.bidLots = offered(bidSize, desk, options)
      quote.askLots = offered(askSize, desk, options)
      if (isBusy(desk)) showQuote({ state, desk, rules: options, send })
    },

    counts: () => ({ ...state.counts }),
    snapshot: () => structuredClone(state),
    restore(snapshot) {
      state = restoredState(snapshot)
      deskOf = deskFinder(state.desks)
    },
  }
}

/** Legs that name each other travel together. Ids play no part: they depend on how the tape was cut. */
function travelUs({ latencyUs, cancelLatencyUs = latencyUs }: Rules, order: Order, serial: number): number {
  if (isCommand(order)) return latencyOf(cancelLatencyUs, `${order.instrument} ${serial}`)
  return latencyOf(latencyUs, `${order.instrument} ${order.parent || order.ref || serial}`)
}

/** First what time has ended, and commands; then what waited, then what came: as they stood in line. */
function showQuote(scene: Scene): void {
  const { state, desk, rules } = scene
  const { at } = desk.quote
  if (outageAt(rules, at)?.venue === 'stands still') return
  if (state.now >= desk.nextEnd) expire(scene)
  const fresh = arrivals(scene)
  const { waking } = desk
  if (waking.length > 0) desk.waking = []
  if (reachesAny(desk)) workResting(scene)
  for (const serial of waking) {
    const job = desk.jobs.get(serial)
    if (job === undefined) continue
    unrest(desk, job)
    if (at < job.from) wake(desk, serial)
    else start(scene, job)
  }
  for (const job of fresh) start(scene, job)
}

const NONE: readonly Job[] = []

/** What has come to the venue by now, and is to be shown the quote. */
function arrivals(scene: Scene): readonly Job[] {
  const { coming, quote } = scene.desk
  let count = 0
  while (count < coming.length && coming[count]!.from <= quote.at) count += 1
  for (let i = count; i < coming.length; i++) coming[i]!.waited = true
  return count === 0 ? NONE : coming.splice(0, count).filter(job => arrive(scene, job))
}
