import { share, type Terms, toPrice, toTicks } from '../market/decimal.ts'
import type { Fill } from '../market/fill.ts'
import type { Payment } from '../market/financing.ts'
import type { Side } from '../market/order.ts'
import { applyFill, FLAT, type Position, unrealised } from '../market/position.ts'
import type { Quote } from '../market/quote.ts'
import { type Lots, type Micros, type Minor, minor, type Ticks } from '../market/units.ts'

/**
 * What a run has earned: cash, positions at the price they could be closed at, and the worst fall of their sum.
 * A fold over fills, payments and quotes; plain data, changed in place. All money is whole minor units of one currency.
 *
 * After each fill and payment `balance` equals the venue's account. Equity is assessed when a quote marks an open
 * position, when a position has been closed and when one has paid: between a fill and the next quote an open position
 * counts at the price of the fill.
 */
export interface Ledger {
  readonly startBalance: Minor
  /** Start balance and realised, less fees and financing. */
  balance: Minor
  /** Profit and loss of what was closed, before fees. */
  realised: Minor
  fees: Minor
  /** Paid for time: funding and overnight interest; negative was received. */
  financing: Minor
  /** What the open positions would gain if closed now, before fees. */
  unrealised: Minor
  /** The highest equity so far. */
  peak: Minor
  /** The deepest fall of equity below the peak before it: how far, from which peak, and when it was deepest. */
  readonly maxDrawdown: { amount: Minor; peak: Minor; at: Micros }
  fills: number
  /** Round trips: from flat to flat, or through zero. */
  trades: number
  /** Round trips that earned more than their fees. */
  wins: number
  /** What the winning round trips earned after fees, and what the others lost. */
  won: Minor
  lost: Minor
  /** By instrument: what is held, netted; where positions are hedged, what was bought. */
  readonly holdings: Map<string, Holding>
  /** Where positions are hedged, what was sold short beside it. */
  readonly shorts: Map<string, Holding>
}

/** One position of a ledger. */
export interface Holding {
  terms: Terms
  position: Position
  unrealised: Minor
  /** The round trip that is under way. */
  trip: Trip | null
}

interface Trip {
  readonly side: Side
  readonly openedAt: Micros
  /** Entered so far. */
  lots: Lots
  /** Sums of price times lots, ticks: for average prices, so a float will do however long the trip. */
  entered: number
  left: number
  pnl: Minor
  fees: Minor
}

/** A position from its first fill to the one that closed it. */
export interface RoundTrip {
  readonly instrument: string
  /** The side of the entry. */
  readonly side: Side
  readonly openedAt: Micros
  readonly closedAt: Micros
  /** All that was entered, over however many fills. */
  readonly lots: Lots
  /** Average prices, quote currency. */
  readonly entry: number
  readonly exit: number
  /** Before fees. */
  readonly pnl: Minor
  readonly fees: Minor
}

/** The worth of a ledger at one moment. */
export interface EquitySample {
  readonly at: Micros
  readonly balance: Minor
  readonly unrealised: Minor
  readonly equity: Minor
  /** How far equity is below its peak, 0 or more. */
  readonly drawdown: Minor
}

export const ledger = (startBalance: Minor): Ledger => ({
  startBalance: minor(startBalance),
  balance: startBalance,
  realised: 0 as Minor,
  fees: 0 as Minor,
  financing: 0 as Minor,
  unrealised: 0 as Minor,
  peak: startBalance,
  maxDrawdown: { amount: 0 as Minor, peak: startBalance, at: 0 as Micros },
  fills: 0,
  trades: 0,
  wins: 0,
  won: 0 as Minor,
  lost: 0 as Minor,
  holdings: new Map(),
  shorts: new Map(),
})

/** Books a fill of ours; gives the round trip that it closed. */
export function bookFill(ledger: Ledger, instrument: string, fill: Fill, terms: Terms): RoundTrip | undefined {
  const holding = holdingOf(fill.leg === 'short' ? ledger.shorts : ledger.holdings, instrument, terms)
  const before = holding.position
  const position = applyFill(before, fill, terms)
  const earned = (position.realised - before.realised) as Minor
  holding.terms = terms
  holding.position = position
  ledger.fills += 1
  ledger.fees = minor(ledger.fees + fill.fee)
  ledger.realised = minor(ledger.realised + earned)
  ledger.balance = balanceOf(ledger)
  revalue(ledger, holding, unrealised(position, fill.price, terms))
  if (position.lots === 0) assess(ledger, fill.at)
  const closed = track(holding, before.lots, fill, earned)
  if (closed === undefined) return undefined
  count(ledger, (closed.pnl - closed.fees) as Minor)
  return roundTrip(instrument, closed, fill.at, terms)
}

/** Books what a position was charged for time. It is in no round trip, whose profit is that of its prices and fees. */
export function bookPayment(ledger: Ledger, { at, amount }: Payment): void {
  ledger.financing = minor(ledger.financing + amount)
  ledger.balance = balanceOf(ledger)
  assess(ledger, at)
}

/** Marks an open position to the side of the quote that closes it; a price between ticks is rounded against us. */
export function mark(ledger: Ledger, instrument: string, quote: Pick<Quote, 'at' | 'bid' | 'ask'>): void {
  const { holdings, shorts } = ledger
  const isOpen = markOne(ledger, holdings.get(instrument), quote)
  const isShort = shorts.size > 0 && markOne(ledger, shorts.get(instrument), quote)
  if (isOpen || isShort) assess(ledger, quote.at)
}

/** True when it is open. */
function markOne(ledger: Ledger, holding: Holding | undefined, { bid, ask }: Pick<Quote, 'bid' | 'ask'>): boolean {
  if (holding === undefined || holding.position.lots === 0) return false
  const { position, terms } = holding
  const price = position.lots > 0 ? toTicks(bid, terms, 'down') : toTicks(ask, terms, 'up')
  revalue(ledger, holding, unrealised(position, price, terms))
  return true
}

/** All positions that were ever held. */
export const positionsOf = ({ holdings, shorts }: Ledger): readonly Holding[] => [
  ...holdings.values(),
  ...shorts.values(),
]

export function equitySample({ balance, unrealised, peak }: Ledger, at: Micros): EquitySample {
  const equity = (balance + unrealised) as Minor
  return { at, balance, unrealised, equity, drawdown: Math.max(0, peak - equity) as Minor }
}

function holdingOf(holdings: Map<string, Holding>, instrument: string, terms: Terms): Holding {
  let holding = holdings.get(instrument)
  if (holding === undefined) {
    holding = { terms, position: FLAT, unrealised: 0 as Minor, trip: null }
    holdings.set(instrument, holding)
  }
  return holding
}

const balanceOf = ({ startBalance, realised, fees, financing }: Ledger): Minor =>
  minor(startBalance + realised - fees - financing)

function revalue(ledger: Ledger, holding: Holding, value: Minor): void {
  ledger.unrealised = (ledger.unrealised + value - holding.unrealised) as Minor
  holding.unrealised = value
}

function assess(ledger: Ledger, at: Micros): void {
  const equity = (ledger.balance + ledger.unrealised) as Minor
  if (equity > ledger.peak) ledger.peak = equity
  const { maxDrawdown, peak } = ledger
  if (peak - equity <= maxDrawdown.amount) return
  maxDrawdown.amount = (peak - equity) as Minor
  maxDrawdown.peak = peak
  maxDrawdown.at = at
}

/** Adds the fill to the round trip under way; gives the trip that the fill closed. The fee is shared by lots. */
function track(holding: Holding, held: number, fill: Fill, earned: Minor): Trip | undefined {
  const { at, side, lots, price, fee } = fill
  const closes = held > 0 === (side === 'buy') ? 0 : Math.min(lots, Math.abs(held))
  const opens = lots - closes
  const closingFee = share(fee, closes, lots)
  const { trip } = holding
  if (trip && closes > 0) {
    trip.left += price * closes
    trip.pnl = (trip.pnl + earned) as Minor
    trip.fees = (trip.fees + closingFee) as Minor
  }
  const isClosed = closes > 0 && closes === Math.abs(held)
  if (isClosed) holding.trip = null
  if (opens > 0) {
    holding.trip ??= openTrip(side, at)
    holding.trip.lots = (holding.trip.lots + opens) as Lots
    holding.trip.entered += price * opens
    holding.trip.fees = (holding.trip.fees + fee - closingFee) as Minor
  }
  return isClosed && trip ? trip : undefined
}

const openTrip = (side: Side, openedAt: Micros): Trip => ({
  side,
  openedAt,
  lots: 0 as Lots,
  entered: 0,
  left: 0,
  pnl: 0 as Minor,
  fees: 0 as Minor,
})

function roundTrip(instrument: string, trip: Trip, closedAt: Micros, terms: Terms): RoundTrip {
  const { side, openedAt, lots, entered, left, pnl, fees } = trip
  const entry = toPrice((entered / lots) as Ticks, terms)
  const exit = toPrice((left / lots) as Ticks, terms)
  return { instrument, side, openedAt, closedAt, lots, entry, exit, pnl, fees }
}

function count(ledger: Ledger, net: Minor): void {
  ledger.trades += 1
  if (net > 0) {
    ledger.wins += 1
    ledger.won = (ledger.won + net) as Minor
  } else ledger.lost = (ledger.lost - net) as Minor
}
