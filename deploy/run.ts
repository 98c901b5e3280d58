import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import { paperVenue } from '../connectors/paper/venue.ts'
import { rowOf } from '../engine/log/build.ts'
import type { Log } from '../engine/log/port.ts'
import { currency } from '../engine/market/cash.ts'
import type { Instrument } from '../engine/market/instrument.ts'
import { instruments } from '../engine/market/topics.ts'
import type { Micros, Minor } from '../engine/market/units.ts'
import { figuresOf } from '../engine/run/figures.ts'
import { type Progress, type RunEnd, runStrategy } from '../engine/run/run-strategy.ts'
import { systemClock } from '../engine/time/clock.ts'
import { formatMicros } from '../engine/time/stamp.ts'
import { type Manifest, type Result, writeManifest, writeTables } from './run-folder.ts'
import { strategyOf } from './strategies.ts'
import { openTapes } from './tapes.ts'
import { bar, count, rate, seconds } from './terminal.ts'
import type { Call } from './verb.ts'

export interface Ran {
  readonly manifest: Manifest
  readonly result: Result
  readonly end: RunEnd
  /** Wall time of this leg of the run. */
  readonly seconds: number
}

/** Runs what the manifest says, from its last commit if there is one, and writes the run folder. */
export const runIn = async (call: Call, folder: string, manifest: Manifest): Promise<Ran> => {
  const { tape, startBalance, decimals, latencyUs, from, to } = manifest
  const { strategy } = await strategyOf(manifest.strategyFile ?? manifest.strategy)
  mkdirSync(folder, { recursive: true })
  const tapes = await openTapes(call.config, { readOnly: true })
  const log = await openLmdbLog({ path: join(folder, 'log') })
  const money = currency(await currencyOf(tapes, tape.topic), decimals)
  await writeManifest(folder, { ...manifest, status: 'running' })
  const started = performance.now()
  const end = await runStrategy(
    {
      strategy,
      params: manifest.params,
      tape: { log: tapes, topic: tape.topic, partition: 0 },
      log,
      venue: () => paperVenue({ latencyUs, startBalance: startBalance as Minor, currency: money }),
      startBalance: startBalance as Minor,
      clock: systemClock,
      ...(from === null ? {} : { from }),
      ...(to === null ? {} : { to }),
      onProgress: progress => draw(call, manifest, progress, started),
    },
    call.signal,
  )
  call.terminal.settle()
  const elapsed = (performance.now() - started) / 1000
  const result = resultOf(end, decimals)
  await writeTables(folder, { log, decimals, startBalance })
  const written: Manifest = { ...manifest, status: end.actor.type, result }
  await writeManifest(folder, written)
  await log.close()
  await tapes.close()
  return { manifest: written, result, end, seconds: elapsed }
}

/** The account is kept in the quote currency of the first instrument of the tape. */
const currencyOf = async (log: Log, topic: string): Promise<string> => {
  for await (const { block } of log.read(topic, 0, 0, { until: 1 })) {
    if (block.schema.id === instruments.schema.id) return (rowOf(block, 0) as unknown as Instrument).quoteCurrency
  }
  return 'USD'
}

const resultOf = ({ ledger, counts, digests, rows, ticks }: RunEnd, decimals: number): Result => {
  const unit = 10 ** decimals
  return {
    rows,
    ticks,
    orders: counts.orders ?? 0,
    fills: ledger.fills,
    trades: ledger.trades,
    startEquity: ledger.startBalance / unit,
    endEquity: (ledger.balance + ledger.unrealised) / unit,
    worstQuoteAgeUs: counts.worstQuoteAgeUs ?? 0,
    metrics: figuresOf(ledger, decimals),
    digests,
    counts,
  }
}

const draw = ({ terminal }: Call, { tape, decimals }: Manifest, progress: Progress, started: number): void =>
  terminal.progress(() => {
    const { rows, at, orders, profit } = progress
    const share = rows / tape.rows
    const elapsed = (performance.now() - started) / 1000
    const earned = terminal.style(profit < 0 ? 'red' : 'green', signed(profit / 10 ** decimals))
    const when = formatMicros(at as Micros).slice(0, 19)
    const left = seconds(elapsed / share - elapsed)
    const percent = `${Math.floor(share * 100)} %`.padStart(5)
    const speed = `${rate(rows / elapsed)} ticks/s`
    return [`${bar(share)} ${percent}`, speed, when, `${count(orders)} orders`, earned, `${left} left`].join('  ')
  })

const signed = (value: number): string =>
  value.toLocaleString('en-US', { signDisplay: 'always', minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** What people see of a run when it has ended. */
export const summaryOf = (call: Call, folder: string, { manifest, result, end, seconds: took }: Ran): string => {
  const { terminal } = call
  const { metrics, digests } = result
  const percent = (share: number | null): string => (share === null ? 'undefined' : `${(share * 100).toFixed(2)} %`)
  const plain = (value: number | null): string => (value === null ? 'undefined' : value.toFixed(2))
  const rows: readonly (readonly [string, string])[] = [
    ['strategy', `${manifest.strategy} ${changed(manifest)}`.trim()],
    ['tape', `${manifest.tape.topic}: ${count(manifest.tape.rows)} rows of ${manifest.tape.source}`],
    ['ticks', `${count(result.ticks)} in ${took.toFixed(2)} s, ${rate(end.actor.counts.rows / took)} ticks/s`],
    ['orders', `${count(result.orders)}, ${count(result.fills)} fills, ${count(result.trades)} round trips`],
    ['equity', `${signed(result.startEquity)} → ${signed(result.endEquity)}`],
    ['net profit', `${signed(metrics.netProfit)} (${percent(metrics.totalReturn)}), fees ${plain(metrics.fees)}`],
    ['max drawdown', percent(metrics.maxDrawdown)],
    ['win rate', `${percent(metrics.winRate)}, profit factor ${plain(metrics.profitFactor)}`],
    ['worst quote age', `${count(result.worstQuoteAgeUs)} µs`],
    ...Object.entries(digests).map(([name, digest]) => [`digest ${name}`, digest] as const),
    ['run', folder],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${terminal.style('dim', name.padEnd(width))}  ${value}`).join('\n')
}

const changed = ({ params }: Manifest): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
