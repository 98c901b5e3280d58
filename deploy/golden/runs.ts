import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { barPairSource } from '../../connectors/file/bar-pairs.ts'
import { type CsvOptions, type CsvSource, csvSource } from '../../connectors/file/csv.ts'
import { type PaperVenueOptions, paperVenue } from '../../connectors/paper/venue.ts'
import {
  blockOf,
  bookFill,
  type ClosedTrade,
  currency,
  type Fill,
  type Instrument,
  instruments,
  ledger,
  type Minor,
  memoryLog,
  minor,
  type Params,
  type Row,
  type RunEnd,
  rowOf,
  runStrategy,
  type Strategy,
  systemClock,
  termsOf,
} from '../../engine/index.ts'

const FOLDER = join(import.meta.dirname, '../../../shared/data')

/** A file whose results others have published. */
export interface Recorded {
  readonly name: string
  readonly sha256: string
}

export const isThere = ({ name }: Recorded): boolean => existsSync(join(FOLDER, name))

/** For the title of a suite: why it did not run where it did not. */
export const presence = (file: Recorded): string =>
  isThere(file) ? file.name : `${file.name} (ABSENT: ../shared/data is not there, nothing was read)`

export interface GoldenCase {
  readonly file: Recorded
  readonly csv?: Partial<CsvOptions>
  /** The bars of the ask, where those of the file are of the bid. */
  readonly asks?: Recorded
  /** Event time to stop before, microseconds. */
  readonly to?: number
  readonly instrument: Instrument
  readonly strategy: Strategy
  readonly params?: Params
  /** In whole units of the instrument's quote currency. */
  readonly start: number
  readonly venue?: Partial<PaperVenueOptions>
}

/** What a case came to. */
export interface GoldenRun {
  readonly end: RunEnd
  /** Of the run's log, in order. */
  readonly orders: readonly Row[]
  readonly fills: readonly Row[]
  readonly equity: readonly Row[]
  /** Closed positions, in the order of their closes. */
  readonly trades: readonly ClosedTrade[]
}

/** Runs a strategy over the bars of a file, each as four quotes, at a venue without latency. */
export const runGolden = async (golden: GoldenCase): Promise<GoldenRun> => {
  const { instrument, strategy, start, venue = {} } = golden
  const log = memoryLog()
  await log.append('market', 0, [blockOf(instruments.schema, [{ ...instrument, key: instrument.id } as never])])
  for await (const block of sourceOf(golden).blocks()) await log.append('market', 0, [block])
  const account = currency(instrument.quoteCurrency, instrument.decimals)
  const startBalance = minor(start * 10 ** account.decimals)
  const end = await runStrategy({
    strategy,
    params: golden.params ?? {},
    tape: { log, topic: 'market', partition: 0 },
    log,
    venue: () => paperVenue({ latencyUs: 0, startBalance, currency: account, ...venue }),
    startBalance,
    equityEveryUs: 0,
    ...(golden.to === undefined ? {} : { to: golden.to }),
    clock: systemClock,
  })
  if (end.actor.type === 'stopped') throw end.actor.error
  const rows = async (topic: string): Promise<readonly Row[]> => {
    const all: Row[] = []
    for await (const { block } of log.read(topic, 0, 0)) for (let i = 0; i < block.count; i++) all.push(rowOf(block, i))
    return all
  }
  const fills = (await rows('executions')).filter(({ type }) => type === 'fill')
  const trades = tradesOf(fills, instrument, startBalance)
  return { end, fills, trades, orders: await rows('orders'), equity: await rows('equity') }
}

const sourceOf = ({ file, asks, instrument, csv }: GoldenCase): CsvSource => {
  const options = { path: pathOf(file), instrument: instrument.id, rejectsFile: null, ...csv }
  return asks === undefined
    ? csvSource(options)
    : barPairSource({ ...options, asks: pathOf(asks), asksRejectsFile: null })
}

/** Where the file lies, which must be the one that was published about. */
const pathOf = ({ name, sha256 }: Recorded): string => {
  const path = join(FOLDER, name)
  const found = createHash('sha256').update(readFileSync(path)).digest('hex')
  if (found !== sha256) throw new Error(`${name}: sha256 is ${found}, expected ${sha256}`)
  return path
}

const tradesOf = (fills: readonly Row[], instrument: Instrument, start: Minor): readonly ClosedTrade[] => {
  const book = ledger(start)
  const terms = termsOf(instrument)
  const unit = 10 ** instrument.decimals
  return fills.flatMap(fill => {
    const trip = bookFill(book, instrument.id, fill as unknown as Fill, terms)
    if (trip === undefined) return []
    const { pnl, fees, entry, lots } = trip
    return [{ ...trip, profit: pnl / unit, fees: fees / unit, notional: entry * lots * terms.lotSize }]
  })
}
