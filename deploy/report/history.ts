import type { Equity } from '../../engine/figures/days.ts'
import type { OpenTrade } from '../../engine/figures/exposure.ts'
import type { ClosedTrade } from '../../engine/figures/trades.ts'
import { type Terms, termsOf, toQuantity } from '../../engine/market/decimal.ts'
import type { Instrument } from '../../engine/market/instrument.ts'
import { instruments } from '../../engine/market/topics.ts'
import { ledger, positionsOf } from '../../engine/run/ledger.ts'
import { rowsOf } from '../../engine/run/replay.ts'
import type { RoundTrip, Trip } from '../../engine/run/round-trip.ts'
import { checkpoints, equity } from '../../engine/run/topics.ts'
import { type Books, instrumentsIn, tripsOf } from '../tables.ts'

/** What a run has left behind: the account as it changed, and the trades that were closed. Money of the account. */
export interface History {
  readonly instruments: ReadonlyMap<string, Instrument>
  readonly equity: Equity
  readonly trades: readonly ClosedTrade[]
  /** What is still held. */
  readonly open: readonly OpenTrade[]
}

export interface RunBooks extends Books {
  /** Event time that the run began at; null is the beginning of the tape. */
  readonly from: number | null
  /** What the account was worth at the end. */
  readonly endEquity: number
}

export const readHistory = async (books: RunBooks): Promise<History> => {
  const known = await instrumentsIn(books.log)
  const unit = 10 ** books.currency.decimals
  const trades: ClosedTrade[] = []
  const book = ledger(books.startBalance)
  for await (const trip of tripsOf(books, book)) {
    const instrument = known.get(trip.instrument)!
    trades.push(tradeOf(trip, { unit, terms: termsOf(instrument), multiplier: Number(instrument.multiplier) }))
  }
  const open = positionsOf(book).flatMap(({ trip, terms }) =>
    trip === null ? [] : { openedAt: trip.openedAt, dealt: dealtOf(trip, terms) / unit },
  )
  return { instruments: known, equity: await equityOf(books, unit), trades, open }
}

/** Bought and sold so far, minor units of the account. */
const dealtOf = ({ entered, left, rated, lots }: Trip, { minorPerTickLot }: Terms): number =>
  (entered + left) * minorPerTickLot * (rated / lots)

interface Scale {
  readonly unit: number
  readonly terms: Terms
  readonly multiplier: number
}

const tradeOf = ({ pnl, fees, rate, ...trip }: RoundTrip, { unit, terms, multiplier }: Scale): ClosedTrade => ({
  ...trip,
  profit: pnl / unit,
  fees: fees / unit,
  notional: trip.entry * toQuantity(trip.lots, terms) * multiplier * ((rate * 10 ** terms.decimals) / unit),
})

/**
 * Recorded while a position was open; the days before the first row and after the last belong to the run, too. A late
 * quote changes the account when it comes, not when it was stamped.
 */
const equityOf = async ({ log, startBalance, from, endEquity }: RunBooks, unit: number): Promise<Equity> => {
  const start = startBalance / unit
  const at: number[] = []
  const balance: number[] = []
  const push = (time: number, worth: number): void => {
    at.push(Math.max(time, at.at(-1) ?? time))
    balance.push(worth)
  }
  // A tape begins with what is traded.
  for await (const row of rowsOf(log, instruments.name, 0)) {
    push(Math.max(row.at, from ?? row.at), start)
    break
  }
  for await (const { block } of log.read(equity.name, 0, 0)) {
    const worth = block.columns.equity as Float64Array
    for (let row = 0; row < block.count; row++) push(block.at[row]!, worth[row]! / unit)
  }
  let end = at.at(-1) ?? 0
  for await (const row of rowsOf(log, checkpoints.name, 0)) end = row.at
  if (at.length > 0) push(end, endEquity)
  return { start, at, balance }
}
