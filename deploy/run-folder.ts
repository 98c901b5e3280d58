import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError, messageOf } from '../engine/errors.ts'
import type { Params } from '../engine/flow/pipeline.ts'
import type { Log } from '../engine/log/port.ts'
import { type Terms, termsOf, toPrice, toQuantity } from '../engine/market/decimal.ts'
import type { Fill } from '../engine/market/fill.ts'
import type { Instrument } from '../engine/market/instrument.ts'
import { instruments } from '../engine/market/topics.ts'
import type { Micros, Minor } from '../engine/market/units.ts'
import type { Digests } from '../engine/run/digests.ts'
import type { Figures } from '../engine/run/figures.ts'
import { bookFill, ledger } from '../engine/run/ledger.ts'
import { rowsOf } from '../engine/run/replay.ts'
import { answerOf, type Execution, equity, executions } from '../engine/run/topics.ts'
import { formatMicros } from '../engine/time/stamp.ts'
import type { TapeRecord } from './tapes.ts'

/** All that is needed to take a run up again or to replay it, and what it came to. */
export interface Manifest {
  readonly id: string
  readonly status: 'running' | 'finished' | 'drained' | 'stopped'
  readonly strategy: string
  /** The file of a strategy that is not in the index. */
  readonly strategyFile: string | null
  readonly params: Params
  readonly tape: TapeRecord
  readonly from: number | null
  readonly to: number | null
  readonly startBalance: number
  /** Places after the point of every amount in minor units. */
  readonly decimals: number
  readonly latencyUs: number
  readonly versions: Readonly<Record<string, string>>
  readonly result: Result | null
}

export interface Result {
  /** Rows of the mailbox, and the quotes and trades among them. */
  readonly rows: number
  readonly ticks: number
  readonly orders: number
  readonly fills: number
  readonly trades: number
  readonly startEquity: number
  readonly endEquity: number
  readonly worstQuoteAgeUs: number
  readonly metrics: Figures
  readonly digests: Digests
  readonly counts: Readonly<Record<string, number>>
}

export const readManifest = (folder: string): Manifest => {
  const path = join(folder, 'manifest.json')
  if (!existsSync(path)) throw new MillraceError('CLI_RUN', `${folder} is no run: it has no manifest.json`)
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest
  } catch (cause) {
    throw new MillraceError('CLI_RUN', `${path} is not readable: ${messageOf(cause)}`, { cause })
  }
}

export const writeManifest = (folder: string, manifest: Manifest): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  return writeLines(join(folder, 'manifest.json'), [JSON.stringify(manifest, null, 2)])
}

/** trades.csv, fills.csv and equity.csv, made from the run's log: the same however often the run was cut off. */
export const writeTables = async (folder: string, { log, decimals, startBalance }: Tables): Promise<void> => {
  const terms = new Map<string, Terms>()
  for await (const row of rowsOf(log, instruments.name, 0)) terms.set(row.key, termsOf(row as unknown as Instrument))
  const money = (minor: unknown): string => (Number(minor) / 10 ** decimals).toFixed(decimals)
  await writeLines(join(folder, 'fills.csv'), fillLines(log, terms, money))
  await writeLines(join(folder, 'trades.csv'), tradeLines(log, terms, money, startBalance))
  await writeLines(join(folder, 'equity.csv'), equityLines(log, money))
}

export interface Tables {
  /** The log of the run. */
  readonly log: Log
  readonly decimals: number
  readonly startBalance: number
}

type Money = (minor: unknown) => string
type TermsByKey = ReadonlyMap<string, Terms>

async function* fillLines(log: Log, terms: TermsByKey, money: Money): AsyncGenerator<string> {
  yield 'at,instrument,side,lots,quantity,price,fee,quote_age_us,order_id'
  for await (const { instrument, fill } of fillsOf(log)) {
    const { at, side, lots, price, fee, quoteAgeUs, orderId } = fill
    const of = terms.get(instrument)!
    const cells = [
      formatMicros(at),
      instrument,
      side,
      lots,
      toQuantity(lots, of),
      toPrice(price, of),
      money(fee),
      quoteAgeUs,
    ]
    yield `${cells.join(',')},${orderId}`
  }
}

async function* tradeLines(log: Log, terms: TermsByKey, money: Money, balance: number): AsyncGenerator<string> {
  yield 'opened_at,closed_at,instrument,side,lots,entry,exit,pnl,fees,net'
  const book = ledger(balance as Minor)
  for await (const { instrument, fill } of fillsOf(log)) {
    const trip = bookFill(book, instrument, fill, terms.get(instrument)!)
    if (trip === undefined) continue
    const { openedAt, closedAt, side, lots, entry, exit, pnl, fees } = trip
    const times = [formatMicros(openedAt), formatMicros(closedAt)]
    yield [...times, instrument, side, lots, entry, exit, money(pnl), money(fees), money(pnl - fees)].join(',')
  }
}

async function* equityLines(log: Log, money: Money): AsyncGenerator<string> {
  yield 'at,balance,unrealised,equity,drawdown'
  for await (const { at, balance, unrealised, equity: worth, drawdown } of rowsOf(log, equity.name, 0)) {
    yield [formatMicros(at as Micros), ...[balance, unrealised, worth, drawdown].map(money)].join(',')
  }
}

async function* fillsOf(log: Log): AsyncGenerator<{ readonly instrument: string; readonly fill: Fill }> {
  for await (const row of rowsOf(log, executions.name, 0)) {
    const answer = answerOf(row.key, row as unknown as Execution)
    if (answer.type === 'fill') yield { instrument: answer.instrument, fill: answer.value }
  }
}

/** Lines that are written at a time. */
const LINES = 4096

/** The whole file or none of it: written beside its place, then moved there. */
const writeLines = async (path: string, lines: AsyncIterable<string> | Iterable<string>): Promise<void> => {
  const draft = `${path}.draft`
  const file = await open(draft, 'w')
  try {
    let waiting: string[] = []
    for await (const line of lines) {
      waiting.push(line)
      if (waiting.length < LINES) continue
      await file.write(`${waiting.join('\n')}\n`)
      waiting = []
    }
    if (waiting.length > 0) await file.write(`${waiting.join('\n')}\n`)
    await file.sync()
  } catch (error) {
    await file.close()
    await rm(draft, { force: true })
    throw error
  }
  await file.close()
  renameSync(draft, path)
}
