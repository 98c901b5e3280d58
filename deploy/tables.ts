import { join } from 'node:path'
import type { Log } from '../engine/log/port.ts'
import type { Currency } from '../engine/market/cash.ts'
import { costOf, PAR } from '../engine/market/conversion.ts'
import { formatDecimal, type Terms, termsOf, toPrice, toQuantity } from '../engine/market/decimal.ts'
import type { Instrument } from '../engine/market/instrument.ts'
import { instruments } from '../engine/market/topics.ts'
import type { Micros, Minor } from '../engine/market/units.ts'
import { bookFill, type EquitySample, type Ledger, ledger, type TurnedFill } from '../engine/run/ledger.ts'
import { rowsOf } from '../engine/run/replay.ts'
import type { RoundTrip } from '../engine/run/round-trip.ts'
import { answerOf, type Execution, equity, executions } from '../engine/run/topics.ts'
import { formatMicros } from '../engine/time/stamp.ts'
import { writeLines } from './files.ts'

export interface Books {
  /** The log of the run. */
  readonly log: Log
  readonly currency: Currency
  readonly startBalance: Minor
}

/** Writes fills.csv, trades.csv and equity.csv from the log of the run: the same however often the run was cut off. */
export const writeTables = async (folder: string, books: Books, last: EquitySample): Promise<void> => {
  await writeLines(join(folder, 'fills.csv'), fillLines(books))
  await writeLines(join(folder, 'trades.csv'), tradeLines(books))
  await writeLines(join(folder, 'equity.csv'), equityLines(books, last))
}

/** What a run has traded, each instrument as it was defined last. */
export const instrumentsIn = async (log: Log): Promise<ReadonlyMap<string, Instrument>> => {
  const found = new Map<string, Instrument>()
  for await (const row of rowsOf(log, instruments.name, 0)) found.set(row.key, row as unknown as Instrument)
  return found
}

const termsIn = async (log: Log): Promise<ReadonlyMap<string, Terms>> =>
  new Map([...(await instrumentsIn(log))].map(([key, instrument]) => [key, termsOf(instrument)]))

async function* fillLines({ log, currency }: Books): AsyncGenerator<string> {
  yield 'at,instrument,side,lots,quantity,price,fee,quote_age_us,order_id'
  const terms = await termsIn(log)
  for await (const { instrument, fill } of fillsOf(log)) {
    const { at, side, lots, price, fee, quoteAgeUs, orderId, rates = PAR } = fill
    const grid = terms.get(instrument)!
    const amounts = [
      lots,
      toQuantity(lots, grid),
      toPrice(price, grid),
      money(costOf(fee, rates), currency),
      quoteAgeUs,
    ]
    yield lineOf([formatMicros(at), instrument, side, ...amounts, orderId])
  }
}

async function* tradeLines(books: Books): AsyncGenerator<string> {
  yield 'opened_at,closed_at,instrument,side,lots,entry,exit,pnl,fees,net'
  for await (const { instrument, openedAt, closedAt, side, lots, entry, exit, pnl, fees } of tripsOf(books)) {
    const amounts = [pnl, fees, pnl - fees].map(amount => money(amount, books.currency))
    yield lineOf([formatMicros(openedAt), formatMicros(closedAt), instrument, side, lots, entry, exit, ...amounts])
  }
}

async function* equityLines({ log, currency, startBalance }: Books, last: EquitySample): AsyncGenerator<string> {
  yield 'at,balance,unrealised,equity,drawdown'
  let written: { readonly at: number; readonly line: string } | null = null
  for await (const row of rowsOf(log, equity.name, 0)) {
    written = { at: row.at, line: equityLine(row as unknown as EquitySample, currency) }
    yield written.line
  }
  if (written === null && last.equity === startBalance) return
  // The last row of the mailbox may be a late one.
  const end = equityLine({ ...last, at: Math.max(last.at, written?.at ?? 0) as Micros }, currency)
  if (end !== written?.line) yield end
}

const equityLine = ({ at, balance, unrealised, equity: worth, drawdown }: EquitySample, currency: Currency): string =>
  [formatMicros(at), ...[balance, unrealised, worth, drawdown].map(amount => money(amount, currency))].join(',')

/** The round trips of a run, in the order of their ends; what is still held is left in the book. */
export async function* tripsOf(
  { log, startBalance }: Books,
  book: Ledger = ledger(startBalance),
): AsyncGenerator<RoundTrip> {
  const terms = await termsIn(log)
  for await (const { instrument, fill } of fillsOf(log)) {
    const trip = bookFill(book, instrument, fill, terms.get(instrument)!)
    if (trip !== undefined) yield trip
  }
}

export interface OurFill {
  readonly instrument: string
  readonly fill: TurnedFill
}

export async function* fillsOf(log: Log): AsyncGenerator<OurFill> {
  for await (const row of rowsOf(log, executions.name, 0)) {
    const answer = answerOf(row.key, row as unknown as Execution)
    if (answer.type !== 'fill') continue
    const { instrument, value, rates } = answer
    yield { instrument, fill: { ...value, rates } }
  }
}

/** Orders that the venue refused by one rule. */
export interface Refusal {
  /** In the words of the venue, for the first of them: '<rule>: what was found, what was expected'. */
  readonly reason: string
  readonly orders: number
}

/** Why orders were refused, the most frequent first. */
export const refusalsOf = async (log: Log): Promise<readonly Refusal[]> => {
  const found = new Map<string, Refusal>()
  for await (const row of rowsOf(log, executions.name, 0)) {
    const answer = answerOf(row.key, row as unknown as Execution)
    if (answer.type !== 'update' || answer.value.state !== 'rejected') continue
    const [rule = ''] = answer.value.reason.split(':')
    const { reason, orders } = found.get(rule) ?? { reason: answer.value.reason, orders: 0 }
    found.set(rule, { reason, orders: orders + 1 })
  }
  return [...found.values()].sort((a, b) => b.orders - a.orders)
}

/** Names of instruments and topics may hold what CSV divides by. */
const lineOf = (fields: readonly (string | number)[]): string =>
  fields.map(field => (/[",]/.test(String(field)) ? `"${String(field).replaceAll('"', '""')}"` : field)).join(',')

/** Minor units as an exact decimal. */
const money = (minor: number, { decimals }: Currency): string =>
  formatDecimal({ digits: BigInt(minor), scale: decimals })
