import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { healthServer } from '../../../connectors/http/health.ts'
import { type Metrics, metrics } from '../../../connectors/metrics/metrics.ts'
import { paperVenue } from '../../../connectors/paper/venue.ts'
import { applied } from '../../../connectors/questdb/applied.ts'
import type { QuestdbAddress } from '../../../connectors/questdb/config.ts'
import { openQuestdb, type Questdb } from '../../../connectors/questdb/questdb.ts'
import { questdbSink } from '../../../connectors/questdb/sink.ts'
import { sampleMarket } from '../../../connectors/sample/sample.ts'
import { deadLettersOf } from '../../../engine/actor/dead-letters.ts'
import type { Block } from '../../../engine/log/block.ts'
import { blockOf, type Row, sliceBlock } from '../../../engine/log/build.ts'
import { memoryLog } from '../../../engine/log/memory.ts'
import type { Log } from '../../../engine/log/port.ts'
import { scopedLog } from '../../../engine/log/scoped.ts'
import { type Currency, currency, parseMoney } from '../../../engine/market/cash.ts'
import { instruments, quotes } from '../../../engine/market/topics.ts'
import type { Micros } from '../../../engine/market/units.ts'
import type { GroupObservation, RunObservation, SinkObservation } from '../../../engine/run/observe.ts'
import { rowsOf } from '../../../engine/run/replay.ts'
import { runStrategy } from '../../../engine/run/run-strategy.ts'
import { systemClock } from '../../../engine/time/clock.ts'
import { meanReversion } from '../../../strategies/mean-reversion.ts'
import { readConfig } from '../../config.ts'
import { freePorts } from '../../services/ports.ts'
import { type Prometheus, startPrometheus } from '../../services/prometheus.ts'
import type { QuestDbAddresses } from '../../services/questdb.ts'
import { fillIn } from '../../services/template.ts'
import type { Servers } from '../ask.ts'

export const RUN = 'panels'
export const TOPIC = 'panels-quotes'
/** A group that commits three times and then no more. */
export const AUDITOR = 'panels-auditor'
export const USD: Currency = currency('USD', 6)

/** A time and names that no other test has, in a database that all of them share. */
const FROM = (Date.parse('2009-03-02T00:00:00Z') * 1000) as Micros
const NAMES = ['EURUSD', 'GBPUSD']
const idOf = (name: string): string => `PANELS-${name}`

const ROWS = 21_200
const PIECE_ROWS = 200
const PIECE_MS = 40
const SETTLE_MS = 90_000

/** What the engine itself says, when all is done and nothing moves any more. */
export interface Truth {
  readonly run: RunObservation
  readonly group: GroupObservation
  readonly sinks: readonly SinkObservation[]
  readonly definitions: readonly Row[]
  readonly quotes: readonly Row[]
  readonly executions: readonly Row[]
  readonly equity: readonly Row[]
  readonly letters: readonly Row[]
  /** What Prometheus calls this process. */
  readonly instance: string
}

/** A strategy at work, its sinks, and a Prometheus that watches it. */
export interface Plant {
  readonly servers: Servers
  readonly truth: Truth
  stop(): Promise<void>
}

/** Runs a market through a strategy and into the store, and comes back when all of it can be seen from outside. */
export const startPlant = async (questdb: QuestDbAddresses): Promise<Plant> => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-panels-'))
  const log = memoryLog()
  const halt = new AbortController()
  const told = metrics({ clock: systemClock, version: '0.0.0' })
  const health = await healthServer({ clock: systemClock, metrics: told, port: 0 })
  const prometheus = await prometheusFor(folder, { engine: health.url, questdb: questdb.health })
  const store = await openQuestdb({ address: addressOf(questdb) })
  const servers = { prometheus: prometheus.address, questdb: questdb.http }

  const run = startRun(log, told, halt.signal)
  const auditor = startAuditor(log, told)
  const sinks = startSinks(log, told, store, halt.signal)

  // A rate begins at the first scrape: what came before it would be lost to it.
  await until('the first scrape', () => isScraped(servers, 0))
  await feed(log, auditor.commit)
  const total = ROWS + NAMES.length + bad().length
  // All but the definition that it cannot take.
  const stepped = total - 1
  await until('the run', async () => (await run.observe()).rows === stepped)
  const isStored = () => sinks[0]!.state().rows === total && sinks.every(({ state }) => state().pending === 0)
  await until('the sinks', async () => isStored())
  await applied(store, systemClock)
  // They come once a minute by themselves.
  await store.query('refresh materialized view quotes_1m incremental')
  await until('the bars of the store', async () => {
    const [row] = await store.query('select sum(quotes) from quotes_1m where source = $1', [`${TOPIC}/0`])
    return row?.[0] === ROWS
  })
  await until('the last scrape', () => isScraped(servers, stepped))
  // Rules look at what scrapes have seen, and the verdict on the auditor takes its silence: as long as it spoke.
  const seenAt = Date.now() / 1000
  await until('the rules', async () => (await figureOf(servers, `timestamp(${RULE})`)) > seenAt)
  await until('the verdict', async () => (await figureOf(servers, VERDICT)) === 1)
  await until('the alerts', async () => (await figureOf(servers, ALERTS)) === 2)
  return {
    servers,
    truth: await truthOf(log, {
      run: await run.observe(),
      group: await auditor.observe(),
      sinks: sinks.map(({ state }) => state()),
      instance: hostOf(health.url),
    }),
    async stop() {
      halt.abort()
      await Promise.all([run.ended, ...sinks.map(({ ended }) => ended)])
      await Promise.all([store.close(), health.close(), prometheus.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** With the rules that are checked in, and a scrape a second. */
export const prometheusFor = async (
  folder: string,
  scraped: { readonly engine: string; readonly questdb: string },
): Promise<Prometheus> => {
  const configFile = join(folder, 'prometheus.yml')
  const rules = join(import.meta.dirname, '..', '..', 'prometheus', '*.rules.yml')
  fillIn('prometheus.yml', configFile, { rules, engine: hostOf(scraped.engine), questdb: hostOf(scraped.questdb) })
  const [port] = await freePorts(1)
  return startPrometheus({ folder, port: port!, configFile, library: readConfig().library })
}

const hostOf = (url: string): string => new URL(url).host

const addressOf = ({ http, pg }: QuestDbAddresses): QuestdbAddress => {
  const { host, port, user, password, database } = pg
  return { host, http: Number(new URL(http).port), pg: port, user, password, database }
}

const startRun = (log: Log, { watchRun }: Metrics, signal: AbortSignal) => {
  const startBalance = parseMoney('100000', USD).amount
  let observe: (() => Promise<RunObservation>) | undefined
  const ended = runStrategy(
    {
      ...{ name: RUN, strategy: meanReversion, params: { adxMax: 100, oversold: 60 } },
      ...{ log: scopedLog(log, RUN), clock: systemClock, startBalance, follow: true, snapshotRows: 5_000 },
      tape: { log, topic: TOPIC, partition: 0 },
      venue: () => paperVenue({ latencyUs: 1000, startBalance, currency: USD }),
      observe(one) {
        observe = one
        watchRun({ observe: one, currency: USD })
      },
    },
    signal,
  )
  return { ended, observe: () => observe!() }
}

/** Of the market, and of what the run writes. */
const startSinks = (log: Log, { watchSink }: Metrics, questdb: Questdb, signal: AbortSignal) => {
  const written = ['executions', 'equity', deadLettersOf(`${RUN}/0`)].map(name => `${RUN}.${name}`)
  return [TOPIC, ...written].map(topic => {
    const sink = questdbSink({ questdb, log, mailbox: { topic, partition: 0, follow: true }, clock: systemClock })
    watchSink(sink.state)
    return { state: sink.state, ended: sink.run(signal) }
  })
}

const startAuditor = (log: Log, { watchGroup }: Metrics) => {
  let committed = 0
  const observe = async (): Promise<GroupObservation> => {
    const end = await log.end(TOPIC, 0)
    return { group: AUDITOR, partitions: [{ topic: TOPIC, partition: 0, committed, end, oldest: 0, lagUs: 1_500_000 }] }
  }
  watchGroup(observe)
  return {
    observe,
    commit() {
      committed += 1
    },
  }
}

/** In pieces, as a market comes. The auditor commits three of the first hundred. */
const feed = async (log: Log, commit: () => void): Promise<void> => {
  for (const [i, piece] of [...pieces()].entries()) {
    await log.append(TOPIC, 0, [piece])
    if (i < 100 && i % 30 === 29) commit()
    await sleep(PIECE_MS)
  }
}

function* pieces(): Iterable<Block> {
  const market = sampleMarket({ instruments: NAMES, rows: ROWS, from: FROM })
  yield blockOf(
    instruments.schema,
    market.instruments.map(one => ({ ...one, id: idOf(one.id), key: idOf(one.id) })) as never,
  )
  for (const block of market.blocks()) {
    const named = { ...block, keys: block.keys.map(idOf) }
    for (let row = 0; row < named.count; row += PIECE_ROWS) {
      yield sliceBlock(named, row, Math.min(named.count, row + PIECE_ROWS))
    }
  }
  yield* bad()
}

/** A definition that the run cannot take, and a quote that the store cannot hold. */
const bad = (): readonly Block[] => {
  const at = FROM + 86_400_000_000
  const [defined] = sampleMarket({ instruments: NAMES, from: FROM }).instruments
  const nobody = { ...defined!, id: 'PANELS-NOBODY', key: 'PANELS-NOBODY', at, tickSize: 'a penny' }
  const endless = { key: idOf(NAMES[0]!), at, bid: 1.1, ask: Number.POSITIVE_INFINITY, bidSize: 1, askSize: 1 }
  return [blockOf(instruments.schema, [nobody as never]), blockOf(quotes.schema, [endless])]
}

const truthOf = async (log: Log, seen: Pick<Truth, 'run' | 'group' | 'sinks' | 'instance'>): Promise<Truth> => {
  const all = async (topic: string): Promise<readonly Row[]> => {
    const rows: Row[] = []
    for await (const row of rowsOf(log, topic, 0)) rows.push(row)
    return rows
  }
  const market = await all(TOPIC)
  return {
    ...seen,
    definitions: market.filter(row => 'tickSize' in row),
    quotes: market.filter(row => 'bid' in row && Number.isFinite(row.ask)),
    executions: await all(`${RUN}.executions`),
    equity: await all(`${RUN}.equity`),
    letters: await all(`${RUN}.${deadLettersOf(`${RUN}/0`)}`),
  }
}

const RULE = `consumergroup_topic:kafka_consumergroup_lag:sum{consumergroup="${AUDITOR}"}`
const VERDICT = `millrace_lag_status{consumergroup="${AUDITOR}", status="stop"}`
const ALERTS = 'count(count by (alertname) (ALERTS{alertname=~"DeadLetters|SinkRejects", alertstate="firing"}))'

/** Whether Prometheus has seen the run with so many rows. */
const isScraped = async (servers: Servers, rows: number): Promise<boolean> =>
  (await figureOf(servers, `millrace_rows_total{run="${RUN}"}`)) === rows

/** Of the first series that answers; no number when there is none. */
const figureOf = async ({ prometheus }: Servers, query: string): Promise<number> => {
  const url = `${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`
  const { data } = (await (await fetch(url)).json()) as { data: { result: { value: [number, string] }[] } }
  return Number(data.result[0]?.value[1])
}

/** Looks again and again until it is so. */
export const until = async (what: string, isTrue: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + SETTLE_MS
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited ${SETTLE_MS} ms for ${what}`)
    await sleep(50)
  }
}
