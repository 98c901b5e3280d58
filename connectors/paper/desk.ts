import { MillraceError } from '../../engine/errors.ts'
import type { Currency } from '../../engine/market/cash.ts'
import { type Crosses, crossesTo, takeInstrument } from '../../engine/market/crosses.ts'
import { type Terms, termsOf } from '../../engine/market/decimal.ts'
import type { Instrument } from '../../engine/market/instrument.ts'
import { type Conditions, conditionsOf, isCommand, type Order, type OrderUpdate } from '../../engine/market/order.ts'
import { FLAT, type Position } from '../../engine/market/position.ts'
import { type Lots, type Micros, type Minor, minor } from '../../engine/market/units.ts'
import type { Answer } from '../../engine/run/venue.ts'
import { type Ladders, ladders } from './ladder.ts'

/** Everything that the next answers of a paper venue depend on, as plain data. */
export interface PaperState {
  readonly version: typeof VERSION
  /** The latest stamp the venue was shown. */
  now: number
  balance: Minor
  readonly counts: PaperCounts
  readonly desks: Map<string, Desk>
  readonly crosses: Crosses
}

interface PaperCounts {
  orders: number
  fills: number
  rejects: number
  expired: number
  worstQuoteAgeUs: number
  /** Fills of orders that a quote passed by because it was older than their arrival. */
  waited: number
  /** Fills whose price stood between two ticks. */
  offGridPrices: number
  /** What the worse, and the better, of the two ways through each bar would have added to equity, minor units. */
  pessimistic: number
  optimistic: number
  [name: string]: number
}

/** What the venue knows of one instrument. */
export interface Desk {
  instrument: Instrument
  terms: Terms
  /** Netted; where positions are hedged, what was bought. */
  position: Position
  /** Where positions are hedged, what was sold short beside it. */
  short: Position
  /** Notional of all fills, for tiers of fees; counted where the venue has a schedule. */
  traded: Minor
  /** Orders that the venue numbered so far. */
  serial: number
  /** On their way to the venue, in the order of arrival. */
  readonly coming: Job[]
  /** At the venue: those that wait, and those that others name. */
  readonly jobs: Map<number, Job>
  /** Of those, which the next quote is shown to as if they had just come. */
  waking: number[]
  readonly ladders: Ladders
  /** Trailing stops, oldest first: each follows the touch for itself. */
  readonly trailing: number[]
  /** Orders with a limit that a quote has left something of. */
  taking: number[]
  /** Which order bears a `ref`. */
  readonly refs: Map<string, number>
  readonly groups: Map<string, number[]>
  /** By the `ref` of the parent. */
  readonly children: Map<string, number[]>
  /** What orders that ended had filled, by `ref`, the latest 1,000: a child may come after its parent is done. */
  readonly ended: Map<string, number>
  /** The earliest time at which an order that waits may end; Infinity without. */
  nextEnd: number
  /** The last quote that an order was, or may be, shown; sizes in lots that are not taken yet. */
  readonly quote: Prices
}

/** An order and what became of it. */
export interface Job {
  readonly serial: number
  order: Order
  readonly conditions: Conditions
  /** The order is at the venue from this event time on. */
  from: number
  /** A quote passed it by on its way, older than its arrival. */
  waited: boolean
  lotsLeft: number
  /** Lots that the parent has not filled yet. */
  held: number
  filled: number
  /** What a trigger waits for, ticks: of a trailing stop it moves; 0 when there is none, or it was reached. */
  trigger: number
  isTriggered: boolean
  /** A quote has left something of it, and the market has not been beyond its limit since: what it gets, it takes. */
  takes: boolean
  /** Lots of others that stand before it at its limit; NaN while that is not known. */
  ahead: number
  /** Ends at this time; Infinity without. */
  until: number
  /** Was accepted and stands in a ladder, or is held for its parent. */
  rests: boolean
}

interface Prices {
  at: number
  bid: number
  ask: number
  /** Lots that are not taken yet: below 0 where orders walked on through the book. */
  bidLots: number
  askLots: number
  /** Lots displayed; Infinity where no size is told. */
  bidShown: number
  askShown: number
}

export type Send = (answer: Answer) => void

/** Of the state: what another one saved is not taken up. */
const VERSION = 4
export const JOBS_MAX = 20_000
const ENDED_MAX = 1000

export const initialState = (balance: Minor, account: Currency): PaperState => ({
  version: VERSION,
  now: 0,
  balance: minor(balance),
  counts: {
    orders: 0,
    fills: 0,
    rejects: 0,
    expired: 0,
    worstQuoteAgeUs: 0,
    waited: 0,
    offGridPrices: 0,
    pessimistic: 0,
    optimistic: 0,
  },
  desks: new Map(),
  crosses: crossesTo(account),
})

/** Fails: Fault FLOW_SNAPSHOT when the state was saved by another version of the venue. */
export function restoredState(snapshot: unknown): PaperState {
  const state = structuredClone(snapshot) as PaperState
  if (state.version === VERSION) return state
  const found = `the state of the paper venue is of version ${state.version ?? 1}`
  throw new MillraceError('FLOW_SNAPSHOT', `${found}, expected version ${VERSION}`)
}

const openDesk = (instrument: Instrument): Desk => ({
  instrument: { ...instrument },
  terms: termsOf(instrument),
  position: FLAT,
  short: FLAT,
  traded: minor(0),
  serial: 0,
  coming: [],
  jobs: new Map(),
  waking: [],
  ladders: ladders(),
  trailing: [],
  taking: [],
  refs: new Map(),
  groups: new Map(),
  children: new Map(),
  ended: new Map(),
  nextEnd: Number.POSITIVE_INFINITY,
  quote: { at: 0, bid: 0, ask: 0, bidLots: 0, askLots: 0, bidShown: 0, askShown: 0 },
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

/** True while an order is on its way or works. */
export const isBusy = ({ coming, jobs }: Desk): boolean => coming.length > 0 || jobs.size > 0

export const isOpen = ({ position, short }: Desk): boolean => position.lots !== 0 || short.lots !== 0

/** A definition that comes again, or with new fees, is taken; new steps only where nothing is counted in the old. */
export function define({ desks, crosses }: PaperState, instrument: Instrument): void {
  const desk = desks.get(instrument.id)
  if (desk === undefined) desks.set(instrument.id, openDesk(instrument))
  else redefine(desk, instrument)
  takeInstrument(crosses, instrument)
}

function redefine(desk: Desk, instrument: Instrument): void {
  const changed = (['tickSize', 'lotSize', 'multiplier', 'quoteCurrency', 'decimals'] as const).find(
    step => instrument[step] !== desk.instrument[step],
  )
  if (changed && (isBusy(desk) || isOpen(desk))) {
    const was = `${changed} of ${instrument.id} is now ${instrument[changed]}`
    const expected = `expected ${desk.instrument[changed]} while an order or a position is open`
    throw new MillraceError('PAPER_REDEFINED', `${was}, ${expected}`)
  }
  desk.instrument = { ...instrument }
  desk.terms = termsOf(instrument)
}

export const newJob = (order: Order, serial: number, from: number): Job => {
  const conditions = conditionsOf(order)
  return {
    serial,
    order: { ...order },
    conditions,
    from,
    waited: false,
    lotsLeft: order.lots,
    held: 0,
    filled: 0,
    trigger: conditions.trigger,
    isTriggered: false,
    takes: false,
    ahead: Number.NaN,
    until: Number.POSITIVE_INFINITY,
    rests: false,
  }
}

/** Orders arrive in the order of their times, of equal times in that of submission. */
export function sendOff({ coming }: Desk, job: Job): void {
  let at = coming.length
  while (at > 0 && coming[at - 1]!.from > job.from) at -= 1
  if (at === coming.length) coming.push(job)
  else coming.splice(at, 0, job)
}

/** The next quote is shown to the order as if it had just come. */
export function wake({ waking }: Desk, serial: number): void {
  if (!waking.includes(serial)) waking.push(serial)
}

/** The order is at the venue, and waits for the next quote. */
export function expectQuote(desk: Desk, job: Job): void {
  desk.jobs.set(job.serial, job)
  if (job.until < desk.nextEnd) desk.nextEnd = job.until
  wake(desk, job.serial)
}

/** Remembers what an order that ended under a name had filled. */
export function noteEnded({ ended }: Desk, { conditions, filled }: Job): void {
  ended.delete(conditions.ref)
  ended.set(conditions.ref, filled)
  if (ended.size <= ENDED_MAX) return
  for (const oldest of ended.keys()) return void ended.delete(oldest)
}

export function refuse(state: PaperState, order: Order, reason: string, send: Send): void {
  state.counts.rejects += 1
  // A child that follows is not that of an older order of the name.
  if (!isCommand(order)) state.desks.get(order.instrument)?.ended.delete(order.ref ?? '')
  send(update(state, order, { state: 'rejected', lotsLeft: isCommand(order) ? 0 : order.lots, reason: reason }))
}

export function update(
  { now }: PaperState,
  { id, instrument, side }: Order,
  {
    state,
    lotsLeft,
    reason,
  }: { readonly state: OrderUpdate['state']; readonly lotsLeft: number; readonly reason: string },
): Answer {
  const value: OrderUpdate = { at: now as Micros, orderId: id, state, lotsLeft: lotsLeft as Lots, side, reason }
  return { type: 'update', instrument, value }
}
