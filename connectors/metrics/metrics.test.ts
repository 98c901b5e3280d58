import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { blockOf, type Row } from '../../engine/log/build.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import type { Log } from '../../engine/log/port.ts'
import { currency, formatMoney } from '../../engine/market/cash.ts'
import { instruments } from '../../engine/market/topics.ts'
import { type Lots, type Minor, minor } from '../../engine/market/units.ts'
import type { GroupObservation, RunObservation, SinkObservation } from '../../engine/run/observe.ts'
import { type RunEnd, runStrategy } from '../../engine/run/run-strategy.ts'
import { manualClock } from '../../engine/testing/clock.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { meanReversion } from '../../strategies/mean-reversion.ts'
import { paperVenue } from '../paper/venue.ts'
import { sampleMarket } from '../sample/sample.ts'
import { LABEL_VALUES_MAX } from './admission.ts'
import { type Metrics, metrics } from './metrics.ts'
import { metricTable } from './table.ts'

const usd = currency('USD', 6)
const BALANCE = minor(100_000_000_000)

/** The samples of a text, by what stands before the value. */
const samplesOf = (text: string): ReadonlyMap<string, string> => {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(lines.map(line => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]))
}

const seriesOf = (text: string, name: string): number =>
  [...samplesOf(text).keys()].filter(key => key === name || key.startsWith(`${name}{`)).length

const fresh = (): Metrics => metrics({ clock: systemClock, version: '1.2.3', process: false })

const market = async (rows: number): Promise<Log> => {
  const log = memoryLog()
  const { instruments: known, blocks } = sampleMarket({
    regime: 'mean-reverting',
    rows,
    instruments: ['EURUSD', 'XAUUSD'],
  })
  const definitions = known.map(instrument => ({ key: instrument.id, ...instrument }) as unknown as Row)
  await log.append('sample', 0, [blockOf(instruments.schema, definitions), ...blocks()])
  return log
}

const watchedRun = async (to: Metrics, tape: Log): Promise<RunEnd & { observe: () => Promise<RunObservation> }> => {
  let observe: (() => Promise<RunObservation>) | null = null
  const end = await runStrategy({
    strategy: meanReversion,
    params: { adxMax: 60 },
    tape: { log: tape, topic: 'sample', partition: 0 },
    log: memoryLog(),
    venue: () => paperVenue({ latencyUs: 1000, startBalance: BALANCE, currency: usd }),
    startBalance: BALANCE,
    clock: systemClock,
    commitRows: 20_000,
    observe(asked) {
      observe = asked
      to.watchRun({ observe: asked, currency: usd })
    },
  })
  return { ...end, observe: observe! }
}

const RUN = 'run="mean-reversion",partition="0"'
const GROUP = 'consumergroup="mean-reversion",topic="sample",partition="0"'

describe('a run', async () => {
  const tape = await market(60_000)
  const scraped = fresh()
  const texts: string[] = []
  let isOver = false
  const run = watchedRun(scraped, tape).finally(() => {
    isOver = true
  })
  while (!isOver) {
    texts.push(await scraped.text())
    await systemClock.breathe()
  }
  const end = await run
  const text = await scraped.text()
  const last = samplesOf(text)
  const { ledger, counts } = end

  it('is scraped while it goes on: rows rise, and lag falls to 0', () => {
    const rows = texts.map(one => Number(samplesOf(one).get(`millrace_rows_total{${RUN}}`) ?? 0))
    const lags = texts.flatMap(one => samplesOf(one).get(`kafka_consumergroup_lag{${GROUP}}`) ?? [])
    expect(new Set(rows).size).toBeGreaterThan(5)
    expect(rows).toEqual(rows.toSorted((a, b) => a - b))
    expect(new Set(lags).size).toBeGreaterThan(2)
    expect(last.get(`kafka_consumergroup_lag{${GROUP}}`)).toBe('0')
    expect(last.get(`kafka_consumergroup_lag_seconds{${GROUP}}`)).toBe('0')
  })

  it('at each scrape equity is balance and unrealised, and fees and realised give the balance', () => {
    for (const one of texts.filter(text => text.includes('millrace_equity{'))) {
      const samples = samplesOf(one)
      const money = (name: string): number =>
        Math.round(Number(samples.get(`millrace_${name}{${RUN},currency="USD"}`)) * 1e6)
      expect(money('equity')).toBe(money('balance') + money('unrealised_pnl'))
      expect(money('balance')).toBe(BALANCE + money('realised_pnl') - money('fees'))
    }
  })

  it('shows no state until it is restored', async () => {
    for (const state of ['restoring', 'restarting'] as const) {
      const early = fresh()
      const { observe } = await run
      const observed = async (): Promise<RunObservation> => {
        const seen = await observe()
        return { ...seen, actor: { ...seen.actor, state } }
      }
      early.watchRun({ observe: observed, currency: usd })
      const text = await early.text()
      expect(text).toContain(`millrace_run_state{${RUN},state="${state}"} 1`)
      for (const name of ['rows_total', 'mailbox_depth_records', 'equity', 'orders_total', 'fills_total'])
        expect(seriesOf(text, `millrace_${name}`)).toBe(0)
      expect(seriesOf(text, 'kafka_consumergroup_current_offset')).toBe(0)
    }
  })

  it.each([
    ['balance', ledger.balance],
    ['equity', ledger.balance + ledger.unrealised],
    ['realised_pnl', ledger.realised],
    ['unrealised_pnl', ledger.unrealised],
    ['fees', ledger.fees],
    ['max_drawdown', ledger.maxDrawdown.amount],
  ])('%s is the ledger’s, to the last digit', (name, amount) => {
    const shown = last.get(`millrace_${name}{${RUN},currency="USD"}`)!
    const [whole, places = ''] = shown.split('.')
    expect(`${whole}.${places.padEnd(6, '0')} USD`).toBe(formatMoney(amount as Minor, usd))
  })

  it('positions and their profit are the ledger’s', () => {
    expect(ledger.holdings.size).toBe(2)
    for (const [instrument, { position, unrealised }] of ledger.holdings) {
      expect(last.get(`millrace_position_lots{${RUN},instrument="${instrument}"}`)).toBe(String(position.lots))
      const pnl = (position.realised + unrealised) / 1e6
      expect(last.get(`millrace_instrument_pnl{${RUN},instrument="${instrument}",currency="USD"}`)).toBe(String(pnl))
    }
  })

  it('orders, fills and nodes are the engine’s own', () => {
    const orders = (state: string): number => Number(last.get(`millrace_orders_total{${RUN},state="${state}"}`))
    expect(counts.orders).toBeGreaterThan(100)
    expect(orders('sent')).toBe(counts.orders)
    expect(orders('filled')).toBe(counts.fills)
    expect(orders('rejected') + orders('expired')).toBe(counts.rejects! + counts.expired!)
    expect(last.get(`millrace_order_ack_seconds_count{${RUN}}`)).toBe(String(counts.orders! - working()))
    expect(last.get(`millrace_slippage_bps_count{${RUN}}`)).toBe(String(counts.fills))
    for (const { id, in: reached, out } of end.nodes) {
      expect(last.get(`millrace_node_events_in_total{${RUN},node="${id}"}`)).toBe(String(reached))
      expect(last.get(`millrace_node_events_out_total{${RUN},node="${id}"}`)).toBe(String(out))
    }
  })
  const working = (): number => Number(last.get(`millrace_working_orders{${RUN}}`))

  it('steps, commits and snapshots are counted', () => {
    const { commits, snapshots } = end.actor.counts
    expect(last.get(`millrace_commit_seconds_count{${RUN}}`)).toBe(String(commits))
    expect(last.get(`millrace_snapshots_total{${RUN}}`)).toBe(String(snapshots))
    expect(last.get(`millrace_step_seconds_count{${RUN}}`)).toBe(String(end.actor.position.offset))
    expect(Number(last.get(`millrace_snapshot_size_bytes{${RUN}}`))).toBeGreaterThan(1000)
    expect(last.get(`millrace_run_state{${RUN},state="finished"}`)).toBe('1')
    expect(last.get(`millrace_run_state{${RUN},state="running"}`)).toBe('0')
  })

  it('a scrape takes no more than a few milliseconds', async () => {
    const before = process.cpuUsage()
    for (let i = 0; i < 20; i++) await scraped.text()
    expect(process.cpuUsage(before).user / 20).toBeLessThan(20_000)
  })
})

/** A run that was never there, with so many instruments. */
const runWith = async (positions: number): Promise<RunObservation> => {
  const { observe } = await watchedRun(fresh(), await market(2_000))
  const some = await observe()
  const names = Array.from({ length: positions }, (_, i) => `I${i}`)
  const position = { lots: 3 as Lots, realised: 2_000_000 as Minor, unrealised: 1_000_000 as Minor }
  return { ...some, positions: names.map(instrument => ({ instrument, ...position })) }
}

describe('labels', () => {
  it('of 10,000 instruments only the first are shown, and the others together', async () => {
    const scraped = fresh()
    const run = await runWith(10_000)
    scraped.watchRun({ observe: async () => run, currency: usd })
    for (let scrape = 0; scrape < 3; scrape++) {
      const text = await scraped.text()
      expect(seriesOf(text, 'millrace_position_lots')).toBe(LABEL_VALUES_MAX + 1)
      expect(seriesOf(text, 'millrace_instrument_pnl')).toBe(LABEL_VALUES_MAX + 1)
      const samples = samplesOf(text)
      expect(samples.get(`millrace_instrument_pnl{${RUN},instrument="I7",currency="USD"}`)).toBe('3')
      const others = String(3 * (10_000 - LABEL_VALUES_MAX))
      expect(samples.get(`millrace_instrument_pnl{${RUN},instrument="other",currency="USD"}`)).toBe(others)
      expect(text.length).toBeLessThan(100_000)
    }
  })

  it('instruments that come and go do not add up over time', async () => {
    const scraped = fresh()
    const run = await runWith(0)
    let day = 0
    const position = { lots: 1 as Lots, realised: 0 as Minor, unrealised: 0 as Minor }
    const observe = async () => ({ ...run, positions: [{ instrument: `day ${day}`, ...position }] })
    scraped.watchRun({ observe, currency: usd })
    for (day = 0; day < LABEL_VALUES_MAX + 100; day++) {
      const text = await scraped.text()
      expect(seriesOf(text, 'millrace_position_lots')).toBe(1)
      expect(text.includes('instrument="other"')).toBe(day >= LABEL_VALUES_MAX)
    }
  })

  it('of runs, the oldest of the others is shown where a sum would say nothing', async () => {
    const scraped = fresh()
    const run = await runWith(0)
    for (let i = 0; i < LABEL_VALUES_MAX + 50; i++) {
      const actor = { ...run.actor, snapshot: { bytes: 10, savedAt: systemClock.now() - i * 1_000_000 } }
      scraped.watchRun({ observe: async () => ({ ...run, name: `run ${i}`, actor }), currency: usd })
    }
    const samples = samplesOf(await scraped.text())
    expect(samples.get('millrace_snapshot_size_bytes{run="other",partition="0"}')).toBe('500')
    const age = Number(samples.get('millrace_snapshot_age_seconds{run="other",partition="0"}'))
    expect(age).toBeGreaterThanOrEqual(LABEL_VALUES_MAX + 49)
    expect(age).toBeLessThan(LABEL_VALUES_MAX + 60)
    expect(samples.get('millrace_step_seconds_bucket{run="other",partition="0",le="+Inf"}')).toBe(
      String(50 * run.actor.stepUs.counts.reduce((sum, count) => sum + count, 0)),
    )
  })

  it('bear any text', async () => {
    const scraped = fresh()
    const run = await runWith(0)
    const name = 'a "b"\\c\nd'
    scraped.watchRun({ observe: async () => ({ ...run, name }), currency: usd })
    expect(await scraped.text()).toContain('millrace_rows_total{run="a \\"b\\"\\\\c\\nd",partition="0"}')
  })

  it('that were given are on every series', async () => {
    const scraped = metrics({ clock: systemClock, version: '1', process: false, labels: { instance: 'a' } })
    expect(samplesOf(await scraped.text()).get('millrace_build_info{version="1",node="v26.10.0",instance="a"}')).toBe(
      '1',
    )
  })
})

const groupAt = (committed: number | null, end: number): GroupObservation => ({
  group: 'audit',
  partitions: [{ topic: 'quotes', partition: 3, committed, end, oldest: 2, lagUs: 1_500_000 }],
})

const sink: SinkObservation = {
  task: 'questdb/quotes/0',
  ...{ pending: 5, oldestMs: 1500, rows: 100, rejects: 1, bytes: 4096, retries: 2, waitingFor: null },
}

describe('groups and sinks', () => {
  const labels = 'consumergroup="audit",topic="quotes",partition="3"'

  it('have the names of kafka_exporter', async () => {
    const scraped = fresh()
    scraped.watchGroup(async () => groupAt(10, 25))
    const samples = samplesOf(await scraped.text())
    expect(samples.get(`kafka_consumergroup_lag{${labels}}`)).toBe('15')
    expect(samples.get(`kafka_consumergroup_lag_seconds{${labels}}`)).toBe('1.5')
    expect(samples.get(`kafka_consumergroup_current_offset{${labels}}`)).toBe('10')
    expect(samples.get('kafka_topic_partition_current_offset{topic="quotes",partition="3"}')).toBe('25')
    expect(samples.get('kafka_topic_partition_oldest_offset{topic="quotes",partition="3"}')).toBe('2')
  })

  it('a group that has committed nothing has all before it', async () => {
    const scraped = fresh()
    scraped.watchGroup(async () => groupAt(null, 25))
    const text = await scraped.text()
    expect(samplesOf(text).get(`kafka_consumergroup_lag{${labels}}`)).toBe('23')
    expect(seriesOf(text, 'kafka_consumergroup_current_offset')).toBe(0)
    expect(seriesOf(text, 'kafka_topic_partition_current_offset')).toBe(1)
  })

  it('seen twice they are not counted twice', async () => {
    const scraped = fresh()
    scraped.watchGroup(async () => groupAt(10, 25))
    scraped.watchGroup(async () => groupAt(10, 25))
    expect(samplesOf(await scraped.text()).get(`kafka_consumergroup_lag{${labels}}`)).toBe('15')
  })

  it('a run leaves its lag to its group', async () => {
    const scraped = fresh()
    const run = await (await watchedRun(fresh(), await market(20_000))).observe()
    scraped.watchRun({ observe: async () => run, currency: usd, isGrouped: true })
    scraped.watchGroup(async () => groupAt(10, 25))
    const text = await scraped.text()
    expect(samplesOf(text).get(`kafka_consumergroup_lag{${labels}}`)).toBe('15')
    for (const name of ['kafka_consumergroup_lag', 'kafka_consumergroup_current_offset', 'millrace_rows_total'])
      expect(seriesOf(text, name)).toBe(1)
  })

  it('are gone when they are watched no more', async () => {
    const scraped = fresh()
    const end = scraped.watchGroup(async () => groupAt(10, 25))
    end()
    expect(seriesOf(await scraped.text(), 'kafka_consumergroup_lag')).toBe(0)
  })

  it('a group that moves on and never catches up is a warning; one that does not move has stopped', async () => {
    const clock = manualClock()
    const scraped = metrics({ clock, version: '1', process: false })
    let committed = 0
    scraped.watchGroup(async () => groupAt(committed, committed + 10 + committed))
    const status = async (): Promise<string> => {
      const found = [...samplesOf(await scraped.text())].filter(
        ([key, value]) => key.startsWith('millrace_lag_status{') && value === '1',
      )
      return found.map(([key]) => /status="(\w+)"/.exec(key)![1]).join()
    }
    for (; committed < 5; committed++) {
      expect(await status()).toBe(committed === 0 ? 'ok' : 'warning')
      await clock.advance(15_000)
    }
    committed -= 1
    await clock.advance(45_000)
    expect(await status()).toBe('warning')
    await clock.advance(15_000)
    expect(await status()).toBe('stop')
  })

  it('a sink tells what waits and what became of it', async () => {
    const scraped = fresh()
    scraped.watchSink(() => sink)
    const samples = samplesOf(await scraped.text())
    const told = ['queue_rows', 'queue_age_seconds', 'rows_total', 'rejects_total', 'retries_total', 'sent_bytes_total']
    const of = (name: string) => samples.get(`millrace_sink_${name}{sink="questdb/quotes/0"}`)
    expect(told.map(of)).toEqual(['5', '1.5', '100', '1', '2', '4096'])
  })
})

describe('what cannot be observed', () => {
  it('is counted, and all else is shown', async () => {
    const scraped = fresh()
    scraped.watchGroup(() => Promise.reject(new Error('the broker is away')))
    scraped.watchSink(() => sink)
    await scraped.text()
    const samples = samplesOf(await scraped.text())
    expect(samples.get('millrace_unobserved_total{observed="group"}')).toBe('2')
    expect(samples.get('millrace_sink_queue_rows{sink="questdb/quotes/0"}')).toBe('5')
  })

  it('is not waited for longer than two seconds', async () => {
    const clock = manualClock()
    const scraped = metrics({ clock, version: '1', process: false })
    scraped.watchGroup(() => new Promise(() => undefined))
    const text = scraped.text()
    expect(scraped.text()).toBe(text)
    expect(await clock.asleep()).toBe(2000)
    await clock.advance(2000)
    expect(samplesOf(await text).get('millrace_unobserved_total{observed="group"}')).toBe('1')
  })
})

describe('the table', () => {
  const units = /_(seconds|bytes|records|rows|lots|orders|bps|ratio|offset|info|state|status)$/
  const isMoney = (labels: string): boolean => labels.split(' ').includes('currency')

  it.each(Object.entries(metricTable))('%s says what it is, and in which unit', (name, { type, help, labels }) => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/)
    expect(help).toMatch(/^[A-Z1].*[^.]$/)
    if (type === 'counter') expect(name).toMatch(/_total$/)
    else if (!name.startsWith('kafka_') && !isMoney(labels)) expect(name).toMatch(units)
    expect(labels).not.toMatch(/\b(order|id)\b/)
  })

  it('is shown whole, each name once', async () => {
    const text = await fresh().text()
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type])
    expect(types).toEqual(Object.entries(metricTable).map(([name, { type }]) => [name, type]))
  })

  const promtool = spawnSync('promtool', ['--version'])
  it.runIf(promtool.status === 0)('passes promtool, with all that prom-client tells of the process', async () => {
    const scraped = metrics({ clock: systemClock, version: '1.2.3' })
    await watchedRun(scraped, await market(20_000))
    scraped.watchGroup(async () => groupAt(10, 25))
    scraped.watchSink(() => sink)
    const text = await scraped.text()
    expect(text).toContain('process_cpu_seconds_total')
    expect(text).toContain('nodejs_gc_duration_seconds')
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds')
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
    expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 })
  })
})
