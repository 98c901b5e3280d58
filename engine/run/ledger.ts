import type { Currency } from '../market/cash.ts'
import { costOf, exchanged, PAR, type Rates } from '../market/conversion.ts'
import { type Crosses, crossesTo, isCross, ratesFor, takeQuote } from '../market/crosses.ts'
import { type Terms, toTicks } from '../market/decimal.ts'
import type { Fill } from '../market/fill.ts'
import type { Payment } from '../market/financing.ts'
import { applyFill, FLAT, type Position, unrealised } from '../market/position.ts'
import type { Quote } from '../market/quote.ts'
import { type Micros, type Minor, minor } from '../market/units.ts'
import { type RoundTrip, roundTrip, type Trip, track } from './round-trip.ts'

/**
 * What a run has earned: cash, positions at the price they could be closed at, and the worst fall of their sum.
 * A fold over fills, payments and quotes; plain data, changed in place. All money is whole minor units of the account's
 * currency.
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
  /** By which open positions in other money are marked; null where all is paid in that of the account. */
  readonly crosses: Crosses | null
}

/** One position of a ledger. */
export interface Holding {
  terms: Terms
  /** In the money that the instrument is paid in; so is `gain`, what the open lots would gain if closed now. */
  position: Position
  gain: Minor
  realised: Minor
  unrealised: Minor
  /** The round trip that is under way. */
  trip: Trip | null
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

/** With the currency of the account where instruments may be paid in other money. */
export const ledger = (startBalance: Minor, account?: Currency): Ledger => ({
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
  crosses: account === undefined ? null : crossesTo(account),
})

/** A fill, and by which its money became that of the account. */
export interface TurnedFill extends Fill {
  readonly rates?: Rates | undefined
}

/** Books a fill of ours; gives the round trip that it closed. */
export function bookFill(ledger: Ledger, instrument: string, fill: TurnedFill, terms: Terms): RoundTrip | undefined {
  const { rates = PAR } = fill
  const holding = holdingOf(fill.leg === 'short' ? ledger.shorts : ledger.holdings, instrument, terms)
  const before = holding.position
  const position = applyFill(before, fill, terms)
  const earned = exchanged(position.realised - before.realised, rates)
  const fee = costOf(fill.fee, rates)
  holding.terms = terms
  holding.position = position
  holding.realised = minor(holding.realised + earned)
  ledger.fills += 1
  ledger.fees = minor(ledger.fees + fee)
  ledger.realised = minor(ledger.realised + earned)
  ledger.balance = balanceOf(ledger)
  holding.gain = unrealised(position, fill.price, terms)
  revalue(ledger, holding, rates)
  if (position.lots === 0) assess(ledger, fill.at)
  const closed = track(holding, before.lots, fill, { earned, fee, rate: (rates.sell + rates.buy) / 2 })
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

/**
 * Marks an open position to the side of the quote that closes it; a price between ticks is rounded against us. The
 * quote of a cross marks all that is paid in other money, too. False when nothing that is open was marked.
 */
export function mark(ledger: Ledger, instrument: string, quote: Pick<Quote, 'at' | 'bid' | 'ask'>): boolean {
  const { crosses, holdings, shorts } = ledger
  const isTurning = crosses !== null && isCross(crosses, instrument)
  if (isTurning) takeQuote(crosses, instrument, quote)
  const rates = crosses === null ? PAR : ratesFor(crosses, instrument)
  const isOpen = markOne(ledger, holdings.get(instrument), quote, rates)
  const isShort = shorts.size > 0 && markOne(ledger, shorts.get(instrument), quote, rates)
  const isMarked = (isTurning && turn(ledger, crosses)) || isOpen || isShort
  if (isMarked) assess(ledger, quote.at)
  return isMarked
}

/** All that is open in other money, at the crosses of now; true when something is. */
function turn(ledger: Ledger, crosses: Crosses): boolean {
  let isAny = false
  for (const [instrument, holding] of [...ledger.holdings, ...ledger.shorts]) {
    if (holding.position.lots === 0 || !crosses.foreign.has(instrument)) continue
    revalue(ledger, holding, ratesFor(crosses, instrument))
    isAny = true
  }
  return isAny
}

/** True when it is open. */
function markOne(
  ledger: Ledger,
  holding: Holding | undefined,
  { bid, ask }: Pick<Quote, 'bid' | 'ask'>,
  rates: Rates | undefined,
): boolean {
  if (holding === undefined || holding.position.lots === 0) return false
  const { position, terms } = holding
  const price = position.lots > 0 ? toTicks(bid, terms, 'down') : toTicks(ask, terms, 'up')
  holding.gain = unrealised(position, price, terms)
  revalue(ledger, holding, rates)
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
    holding = { terms, position: FLAT, gain: 0 as Minor, realised: 0 as Minor, unrealised: 0 as Minor, trip: null }
    holdings.set(instrument, holding)
  }
  return holding
}

const balanceOf = ({ startBalance, realised, fees, financing }: Ledger): Minor =>
  minor(startBalance + realised - fees - financing)

/** Where no quoted crosses lead to the account, what it was worth before stands. */
function revalue(ledger: Ledger, holding: Holding, rates: Rates | undefined): void {
  if (rates === undefined) return
  const value = exchanged(holding.gain, rates)
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

function count(ledger: Ledger, net: Minor): void {
  ledger.trades += 1
  if (net > 0) {
    ledger.wins += 1
    ledger.won = (ledger.won + net) as Minor
  } else ledger.lost = (ledger.lost - net) as Minor
}
