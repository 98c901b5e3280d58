import { join } from 'node:path'
import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import { paperVenue } from '../connectors/paper/venue.ts'
import { deadLettersOf } from '../engine/actor/dead-letters.ts'
import { MillraceError, messageOf } from '../engine/errors.ts'
import { memoryLog } from '../engine/log/memory.ts'
import type { Log } from '../engine/log/port.ts'
import type { Currency } from '../engine/market/cash.ts'
import type { Micros } from '../engine/market/units.ts'
import { taskOf } from '../engine/run/digests.ts'
import { type EquitySample, equitySample } from '../engine/run/ledger.ts'
import { outcomeOf } from '../engine/run/outcome.ts'
import { type Progress, type RunEnd, runStrategy } from '../engine/run/run-strategy.ts'
import { systemClock } from '../engine/time/clock.ts'
import { formatMicros } from '../engine/time/stamp.ts'
import { venueOf } from './listed.ts'
import { endedResult, type Manifest, type Plan, type Result, writeManifest } from './manifest.ts'
import { headlineOf } from './report/headline.ts'
import { readHistory } from './report/history.ts'
import { strategyOf } from './strategies.ts'
import { refusalsOf, writeTables } from './tables.ts'
import { type KnownTape, noTopic, readTapes, type Tape, tapeOf } from './tapes.ts'
import { count, rate, timeLeft } from './terminal.ts'
import type { Call } from './verb.ts'

/** One leg of a run: the whole of it, unless it was cut off before. */
export interface Ran {
  readonly folder: string
  readonly manifest: Manifest
  /** Rows stepped in this leg, and its wall time. */
  readonly rows: number
  readonly seconds: number
  /** What stopped it; undefined when it finished or was drained. */
  readonly failure: unknown
}

export interface RunOptions {
  /** Waits for more at the end of the topic, until the signal. */
  readonly follow: boolean
  /** Where the topic lies, with the password that no manifest has. */
  readonly source: string | null
}

/** Runs what the manifest says, from its last commit if there is one, and writes the run folder. */
export const runIn = async (call: Call, folder: string, manifest: Manifest, options: RunOptions): Promise<Ran> => {
  const { topic } = manifest.tape
  const { follow, source } = options
  const leg = async (tapes: Log): Promise<Ran> => {
    const known = await tapeOf(tapes, topic)
    checkTape(known, manifest.tape)
    const log = await openRunLog(folder, manifest)
    try {
      await writeManifest(folder, { ...manifest, status: 'running', failure: null, result: null })
      return await runLeg(call, folder, manifest, { tapes, log, records: known.info.end, follow })
    } finally {
      await log.close()
    }
  }
  const ran = await readTapes(call.config, leg, source)
  if (ran === null) throw noTopic(topic, [])
  return ran
}

export const openRunLog = async (folder: string, { log }: Plan): Promise<Log> =>
  log === 'memory' ? memoryLog() : openLmdbLog({ path: join(folder, 'log') })

/** The log of a run that has ended, to read. Fails: fault CLI_RUN. */
export const openEndedRun = async (folder: string, manifest: Manifest): Promise<Log> => {
  endedResult(folder, manifest)
  return openLmdbLog({ path: join(folder, 'log'), readOnly: true })
}

/** Fails: fault CLI_TAPE when the topic does not hold the rows that the run began with. */
export const checkTape = ({ tape: found }: KnownTape, tape: Tape): void => {
  // What others write grows; its rows are held against the checkpoints of the run.
  if (found.digest === tape.digest && (found.rows === tape.rows || tape.state === 'foreign')) return
  const [now, then] = [found, tape].map(({ rows, source }) => `${count(rows)} rows of ${source}`)
  throw new MillraceError('CLI_TAPE', `topic '${tape.topic}' has changed since the run began: ${then}, and now ${now}`)
}

interface Logs {
  readonly tapes: Log
  readonly log: Log
  /** Records of the tape. */
  readonly records: number
  readonly follow: boolean
}

const runLeg = async (call: Call, folder: string, manifest: Manifest, logs: Logs): Promise<Ran> => {
  const { log } = logs
  const started = performance.now()
  const end = await stepAll(call, manifest, logs)
  const seconds = (performance.now() - started) / 1000
  const { actor } = end
  const isDone = actor.type !== 'stopped'
  const written: Manifest = {
    ...manifest,
    status: actor.type,
    failure: isDone ? null : messageOf(actor.error),
    result: isDone ? await wholeResult(end, manifest, log) : null,
  }
  const writing = (isDone ? writeTables(folder, { ...manifest, log }, lastSampleOf(end)) : Promise.resolve()).then(() =>
    writeManifest(folder, written),
  )
  // A disk that stopped the run may be full for its manifest, too.
  await (isDone ? writing : writing.catch(() => undefined))
  return { folder, manifest: written, rows: actor.counts.rows, seconds, failure: isDone ? undefined : actor.error }
}

const stepAll = async (call: Call, plan: Plan, { tapes, log, records, follow }: Logs): Promise<RunEnd> => {
  const { tape, params, startBalance, from, to, mode } = plan
  const { strategy } = await strategyOf(plan.strategyFile ?? plan.strategy)
  return runStrategy(
    {
      strategy,
      params,
      tape: { log: tapes, topic: tape.topic, partition: 0 },
      log,
      venue: () => paperVenue(venueOf(plan)),
      startBalance,
      mode,
      follow,
      clock: systemClock,
      ...(from === null ? {} : { from }),
      ...(to === null ? {} : { to }),
      onProgress: follow ? standing(call, plan.currency) : drawer(call, plan, records),
    },
    call.signal,
  )
}

/** What the account is worth at the last row: the log has samples of a minute, and of closed trades. */
const lastSampleOf = ({ ledger, lastAt }: RunEnd): EquitySample => equitySample(ledger, lastAt as Micros)

/** The log of the run is its own, so its history can be read. */
const wholeResult = async (end: RunEnd, manifest: Manifest, log: Log): Promise<Result> => {
  const result = await resultOf(end, manifest, log, taskOf(manifest.strategy, 0))
  const history = await readHistory({ ...manifest, ...result, log })
  const { strategy } = await strategyOf(manifest.strategyFile ?? manifest.strategy)
  const held = [...history.instruments.keys()]
  const named = strategy.build(manifest.params).instruments.filter(name => !held.includes(name))
  return {
    ...result,
    figures: headlineOf(history),
    ...(result.rejects.orders > 0 && { refusals: await refusalsOf(log) }),
    ...(named.length > 0 && { missing: { named, held } }),
  }
}

/** What a task has come to, by its end and its own log. */
export const resultOf = async (end: RunEnd, { currency, tape }: Plan, log: Log, task: string): Promise<Result> => {
  const { ledger, counts, digests, rows, ticks } = end
  const unit = 10 ** currency.decimals
  const letters = deadLettersOf(task)
  const place = Number(task.split('/').at(-1))
  // The topics of a cluster are many, and a partition waits for this when it moves.
  const infos = (await log.end(letters, place)) > 0 ? await log.topics() : []
  const dead = infos.find(({ topic, partition }) => topic === letters && partition === place)
  return {
    rows,
    ticks,
    orders: counts.orders ?? 0,
    fills: ledger.fills,
    trades: ledger.trades,
    startEquity: ledger.startBalance / unit,
    endEquity: (ledger.balance + ledger.unrealised) / unit,
    worstQuoteAgeUs: counts.worstQuoteAgeUs ?? 0,
    metrics: outcomeOf(ledger, currency.decimals),
    figures: null,
    digests,
    counts,
    rejects: { rows: tape.counts.refused ?? 0, orders: counts.rejects ?? 0, deadLetters: dead?.rows ?? 0 },
  }
}

/** How a run stands that waits for more. */
const standing = ({ terminal }: Call, account: Currency): ((progress: Progress) => void) => {
  return progress => terminal.status(() => standingOf([progress], account))
}

const drawer = ({ terminal }: Call, { currency }: Plan, records: number): ((progress: Progress) => void) => {
  const left = timeLeft()
  let first: { readonly at: number; readonly rows: number } | null = null
  return ({ records: done, rows, at, orders, profit }) => {
    const share = done / records
    terminal.progress(share, () => {
      const now = performance.now()
      first ??= { at: now, rows }
      const speed = now > first.at ? (rows - first.rows) / ((now - first.at) / 1000) : 0
      const earned = signed(profit / 10 ** currency.decimals)
      const when = formatMicros(at as Micros).slice(0, 16)
      return [`${rate(speed)} ticks/s`, when, `${count(orders)} orders`, earned, left(share)]
    })
  }
}

/** How tasks stand together: '2014-05-02 12:30:05', '81,204 rows', '12 orders', '12 fills', '+8.20 USD'. */
export const standingOf = (all: readonly Progress[], { code, decimals }: Currency): readonly string[] => {
  const sum = (of: (progress: Progress) => number): number => all.reduce((total, one) => total + of(one), 0)
  const when = formatMicros(Math.max(...all.map(({ at }) => at)) as Micros).slice(0, 19)
  const counts = [`${count(sum(one => one.rows))} rows`, `${count(sum(one => one.orders))} orders`]
  const earned = `${signed(sum(one => one.profit) / 10 ** decimals)} ${code}`
  return [when.replace('T', ' '), ...counts, `${count(sum(one => one.fills))} fills`, earned]
}

/** '+1,532.20'. */
export const signed = (value: number): string =>
  value.toLocaleString('en-US', { signDisplay: 'always', minimumFractionDigits: 2, maximumFractionDigits: 2 })
