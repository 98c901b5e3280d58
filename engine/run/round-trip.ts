import { share, type Terms, toPrice } from '../market/decimal.ts'
import type { Fill } from '../market/fill.ts'
import type { Side } from '../market/order.ts'
import type { Lots, Micros, Minor, Ticks } from '../market/units.ts'

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
  /** Minor units of the account for one of the instrument's, on average when it was entered. */
  readonly rate: number
}

/** Where the round trip that is under way is kept. */
interface Tripping {
  trip: Trip | null
}

/** A round trip that is not over. */
export interface Trip {
  readonly side: Side
  readonly openedAt: Micros
  /** Entered so far. */
  lots: Lots
  /** Sums of price times lots, ticks: for average prices, so a float will do however long the trip. */
  entered: number
  left: number
  /** Sum of rates times lots of the entries: middle of what money of the instrument brings and costs. */
  rated: number
  pnl: Minor
  fees: Minor
}

/** What a fill comes to, in the money of the account. */
export interface Booked {
  readonly earned: Minor
  readonly fee: Minor
  readonly rate: number
}

/** Adds the fill to the round trip under way; gives the trip that the fill closed. The fee is shared by lots. */
export function track(holding: Tripping, held: number, fill: Fill, { earned, fee, rate }: Booked): Trip | undefined {
  const { at, side, lots, price } = fill
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
    holding.trip.rated += rate * opens
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
  rated: 0,
  pnl: 0 as Minor,
  fees: 0 as Minor,
})

export function roundTrip(instrument: string, trip: Trip, closedAt: Micros, terms: Terms): RoundTrip {
  const { side, openedAt, lots, entered, left, rated, pnl, fees } = trip
  const entry = toPrice((entered / lots) as Ticks, terms)
  const exit = toPrice((left / lots) as Ticks, terms)
  return { instrument, side, openedAt, closedAt, lots, entry, exit, pnl, fees, rate: rated / lots }
}
