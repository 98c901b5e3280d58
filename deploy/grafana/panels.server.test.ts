import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { tables } from '../../connectors/questdb/tables.ts'
import type { Row } from '../../engine/log/build.ts'
import type { Histogram } from '../../engine/time/histogram.ts'
import { type Answer, ask, type Target } from './ask.ts'
import type { Shown } from './macros.ts'
import { AUDITOR, type Plant, RUN, startPlant, TOPIC, type Truth, USD } from './testing/plant.ts'

const MINUTE_US = 60_000_000
/** Longer than the test, so that a rate over it is all that was counted, by this time. */
const RATE_S = 600
const MAJOR = 10 ** USD.decimals

const dashboards = globSync('dashboards/*.json', { cwd: import.meta.dirname })
  .toSorted()
  .map(file => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as Dashboard)
const panels = dashboards.flatMap(({ uid, panels = [] }) =>
  (panels as readonly Panel[])
    .filter(({ type }) => type !== 'row')
    .map(panel => ({ name: `${uid}: ${panel.title}`, panel })),
)

/** A figure, or the bounds of one that moves with the time of the question. */
type Expected = number | readonly [least: number, most: number]

/** Series by their legends. */
type Series = Readonly<Record<string, Expected>>

let plant: Plant
beforeAll(async () => {
  plant = await startPlant(inject('questdb'))
})
afterAll(() => plant?.stop())

/** A scrape that takes longer than a second is none, and its series are gone until the next one. */
const SOON = { timeout: 30_000, interval: 500 }

describe('each panel answers with the engine’s own number', () => {
  const look = async ({ name, panel }: (typeof panels)[number]): Promise<void> => {
    const { servers, truth } = plant
    const answers: (readonly Answer[])[] = []
    for (const target of panel.targets as unknown as readonly Target[])
      answers.push(await ask(servers, target, shownOf(truth)))
    const series = seriesOf[name]?.(truth)
    if (series === undefined) return rowsOf(name)(truth, answers)
    const found = Object.fromEntries(answers.flat().map(({ name, value }) => [name, value]))
    expect(Object.keys(found).toSorted()).toEqual(Object.keys(series).toSorted())
    for (const [legend, value] of Object.entries(series)) compare(found[legend]!, value, legend)
  }

  it.each(panels)('$name', panel => vi.waitFor(() => look(panel), SOON))
})

const rowsOf = (name: string): Check => {
  const found = checks[name]
  if (found === undefined) throw new Error(`nobody has said what ${name} should answer`)
  return found
}

/** Floats of the same sum may differ in their last digit; a cent of a million is in the ninth. */
const compare = (found: number, expected: Expected, legend: string): void => {
  const [least, most] = typeof expected === 'number' ? [expected - 1e-9, expected + 1e-9] : expected
  expect(found, legend).toBeGreaterThanOrEqual(least)
  expect(found, legend).toBeLessThanOrEqual(most)
}

const shownOf = ({ quotes, definitions }: Truth): Shown => ({
  from: definitions[0]!.at,
  to: definitions.at(-1)!.at,
  intervalS: MINUTE_US / 1e6,
  rateIntervalS: RATE_S,
  chosen: {
    run: [RUN],
    topic: [TOPIC],
    consumergroup: [RUN, AUDITOR],
    instrument: [...new Set(quotes.map(({ key }) => key))],
  },
})

/** All that was counted, by the time of a rate. Prometheus adds up to a scrape at either end. */
const rated = (total: number): Expected => [(0.9 * total) / RATE_S, (1.3 * total) / RATE_S]
const increased = (total: number): Expected => [0.9 * total, 1.3 * total]
const near = (value: number, share: number): Expected => [value * (1 - share), value * (1 + share)]

const seconds = (micros: number): number => micros / 1e6
const major = (minor: number): number => minor / MAJOR
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const now = (): number => Date.now() * 1000

/** As Prometheus does: straight within a bucket, which begins at zero or where the one before ends. */
const quantile = (q: number, { bounds, counts }: Histogram): number => {
  const rank = q * sum([...counts])
  let below = 0
  for (const [i, count] of counts.entries()) {
    if (below + count >= rank && count > 0) {
      if (i === bounds.length) return bounds.at(-1)!
      const start = bounds[i - 1] ?? 0
      return start + ((bounds[i]! - start) * (rank - below)) / count
    }
    below += count
  }
  return Number.NaN
}

const buckets = ({ bounds, counts }: Histogram, scale: number): Series => {
  const names = [...bounds.map(bound => String(Number((bound * scale).toPrecision(12)))), '+Inf']
  return Object.fromEntries(names.map((name, i) => [name, increased(sum([...counts.slice(0, i + 1)]))]))
}

const lagOf = ({ group }: Truth): number => group.partitions[0]!.end - group.partitions[0]!.committed!

const seriesOf: Readonly<Record<string, (truth: Truth) => Series>> = {
  'millrace-lag: Records behind': truth => ({ records: lagOf(truth) }),
  'millrace-lag: Seconds behind': ({ group }) => ({ seconds: seconds(group.partitions[0]!.lagUs!) }),
  'millrace-lag: Worst partition': truth => ({ records: lagOf(truth) }),
  'millrace-lag: Partitions in trouble': () => ({ partitions: 1 }),
  'millrace-lag: Produced': ({ group }) => ({ records: rated(group.partitions[0]!.end) }),
  'millrace-lag: Consumed': ({ run, group }) => ({
    records: rated(run.actor.committed.offset + group.partitions[0]!.committed!),
  }),
  'millrace-lag: Records behind by topic': truth => ({ [`${RUN} ${TOPIC}`]: 0, [`${AUDITOR} ${TOPIC}`]: lagOf(truth) }),
  'millrace-lag: Seconds behind by topic': ({ group }) => ({
    [`${RUN} ${TOPIC}`]: 0,
    [`${AUDITOR} ${TOPIC}`]: seconds(group.partitions[0]!.lagUs!),
  }),
  'millrace-lag: Produced and consumed': ({ run, group }) => ({
    [`produced ${TOPIC}`]: rated(group.partitions[0]!.end),
    [`${RUN} ${TOPIC}`]: rated(run.actor.committed.offset),
    [`${AUDITOR} ${TOPIC}`]: rated(group.partitions[0]!.committed!),
  }),
  'millrace-lag: Verdicts': () => ({ ok: 1, warning: 0, stall: 0, stop: 1, rewind: 0 }),
  'millrace-lag: Records held': ({ group }) => ({ [TOPIC]: group.partitions[0]!.end - group.partitions[0]!.oldest }),

  'millrace-pnl: Net profit': ({ run: { money } }) => ({ USD: major(money.realised + money.unrealised - money.fees) }),
  'millrace-pnl: Realised': ({ run }) => ({ USD: major(run.money.realised) }),
  'millrace-pnl: Unrealised': ({ run }) => ({ USD: major(run.money.unrealised) }),
  'millrace-pnl: Fees': ({ run }) => ({ USD: major(run.money.fees) }),
  'millrace-pnl: Drawdown': ({ run: { money } }) => ({ drawdown: money.drawdown / money.peak }),
  'millrace-pnl: Won': ({ run: { money } }) => ({ won: money.won / (money.won + money.lost) }),
  'millrace-pnl: Equity': ({ run }) => ({ [`${RUN} USD`]: major(run.money.equity) }),
  'millrace-pnl: Drawdown of each run': ({ run: { money } }) => ({ [RUN]: money.drawdown / money.peak }),
  'millrace-pnl: Profit and loss by instrument': ({ run }) =>
    Object.fromEntries(
      run.positions.map(({ instrument, realised, unrealised }) => [`${instrument} USD`, major(realised + unrealised)]),
    ),
  'millrace-pnl: Position': ({ run }) =>
    Object.fromEntries(run.positions.map(({ instrument, lots }) => [instrument, lots])),
  'millrace-pnl: Orders by state': ({ run }) => run.orders.states,
  'millrace-pnl: Working orders': ({ run }) => ({ orders: run.orders.working }),
  'millrace-pnl: Slippage': ({ run: { orders } }) => ({ bps: orders.slippageBps.sum / orders.fills }),
  'millrace-pnl: Answer of the venue': ({ run }) => ({
    p50: seconds(quantile(0.5, run.orders.ackUs)),
    p99: seconds(quantile(0.99, run.orders.ackUs)),
  }),
  'millrace-pnl: Slippage of the fills': ({ run }) => buckets(run.orders.slippageBps, 1),

  'millrace-pipeline: Running': () => ({ partitions: 1 }),
  'millrace-pipeline: Not running': () => ({ partitions: 0 }),
  'millrace-pipeline: Rows': ({ run }) => ({ rows: rated(run.rows) }),
  'millrace-pipeline: Waiting': ({ run }) => ({ records: run.actor.end!.depth }),
  'millrace-pipeline: Age of the newest row': ({ run }) => ({ age: age(run.actor.lastAt!) }),
  'millrace-pipeline: Restarts': ({ run }) => ({ restarts: run.actor.counts.restarts }),
  'millrace-pipeline: Rows of each run': ({ run }) => ({ [RUN]: rated(run.rows) }),
  'millrace-pipeline: Mailbox and age': ({ run }) => ({
    [`${RUN} records`]: run.actor.end!.depth,
    [`${RUN} seconds`]: age(run.actor.lastAt!),
  }),
  'millrace-pipeline: What a row costs': ({ run }) => buckets(run.actor.stepUs, 1e-6),
  'millrace-pipeline: Commits': ({ run }) => ({
    [`${RUN} p50`]: near(seconds(quantile(0.5, run.actor.commitUs)), 0.1),
    [`${RUN} p99`]: near(seconds(quantile(0.99, run.actor.commitUs)), 0.1),
  }),
  'millrace-pipeline: Age of the snapshot': ({ run }) => ({ [RUN]: age(run.actor.snapshot!.savedAt) }),
  'millrace-pipeline: Size of the snapshot': ({ run }) => ({ [RUN]: run.actor.snapshot!.bytes }),
  'millrace-pipeline: Failures': ({ run, letters }) => ({
    ...Object.fromEntries(run.actor.failures.map(({ code, answer, count }) => [`${code} ${answer}`, count])),
    'dead letters': letters.length,
  }),
  'millrace-pipeline: Rows that wait for the server': ({ sinks }) =>
    Object.fromEntries(sinks.map(({ task, pending }) => [task, pending])),
  'millrace-pipeline: Rows stored': ({ sinks }) =>
    Object.fromEntries(sinks.map(({ task, rows }) => [task, rated(rows)])),
  'millrace-pipeline: Sent again, refused': ({ sinks }) =>
    Object.fromEntries(
      sinks.flatMap(({ task, retries, rejects }) => [
        [`${task} sent again`, retries],
        [`${task} refused`, rejects],
      ]),
    ),
  'millrace-pipeline: Processor': ({ instance }) => ({ [instance]: [0, 4] }),
  'millrace-pipeline: Memory': ({ instance }) => {
    // The collector may have been there since the last scrape.
    const { rss, heapUsed } = process.memoryUsage()
    return { [`${instance} resident`]: [rss / 2, 2 * rss], [`${instance} heap`]: [heapUsed / 5, 5 * heapUsed] }
  },
  'millrace-pipeline: Event loop': ({ instance }) => ({ [instance]: [0, 5] }),

  'millrace-data: Dead letters': ({ letters }) => ({ rows: letters.length }),
  'millrace-data: Refused by the store': ({ sinks }) => ({ rows: sum(sinks.map(({ rejects }) => rejects)) }),
  'millrace-data: Oldest quote of a fill': ({ run }) => ({ age: seconds(run.venue.worstQuoteAgeUs!) }),
  'millrace-data: Not observed': () => ({ observations: 0 }),
  'millrace-data: Suspended tables': () => ({ tables: 0 }),
  'millrace-data: Not yet applied': () => ({ transactions: [0, 1_000] }),
}

/** Of something at this time, asked now: as old as at the last scrape. */
const age = (at: number): Expected => [seconds(now() - at) - 30, seconds(now() - at) + 1]

type Check = (truth: Truth, answers: readonly (readonly Answer[])[]) => void | Promise<void>

const rows = (answers: readonly (readonly Answer[])[]): readonly Answer['row'][] => answers.flat().map(({ row }) => row)

/** '2009-03-02T00:00:01.000002Z', as the database writes microseconds. */
const micros = (text: unknown): number =>
  Date.parse(`${String(text).slice(0, 23)}Z`) * 1000 + Number(String(text).slice(23, 26))

/** Rows of an instrument within a minute, by the start of the minute; in order of time. */
const minutes = (
  all: readonly Row[],
): readonly { readonly at: number; readonly key: string; readonly rows: readonly Row[] }[] =>
  [...Map.groupBy(all, ({ at, key }) => `${at - (at % MINUTE_US)} ${key}`)].map(([name, rows]) => {
    const [at, key] = name.split(' ')
    return { at: Number(at), key: key!, rows }
  })

/** As figures of a minute and an instrument, whatever the order of the answer. */
const byMinute = (answers: readonly (readonly Answer[])[], key: string, figure: string): ReadonlyMap<string, number> =>
  new Map(rows(answers).map(row => [`${micros(row.time)} ${row[key]}`, row[figure] as number]))

const compareMaps = (found: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): void => {
  expect([...found.keys()].toSorted()).toEqual([...expected.keys()].toSorted())
  for (const [name, value] of expected) expect(found.get(name), name).toBeCloseTo(value, 9)
}

const bidOf = (row: Row): number => row.bid as number
const askOf = (row: Row): number => row.ask as number
const midOf = (row: Row): number => (bidOf(row) + askOf(row)) / 2

const fillsOf = ({ executions }: Truth): readonly Row[] => executions.filter(({ type }) => type === 'fill')
const tickOf = ({ definitions }: Truth, instrument: string): number =>
  Number(definitions.find(({ key }) => key === instrument)!.tickSize)

const checks: Readonly<Record<string, Check>> = {
  'millrace-lag: Partitions': ({ run, group }, [lag, old, committed, verdict]) => {
    const [partition] = group.partitions
    const figures = (answers: readonly Answer[] | undefined) =>
      Object.fromEntries(answers!.map(({ row, value }) => [row.consumergroup, value]))
    expect(figures(lag)).toEqual({ [RUN]: 0, [AUDITOR]: partition!.end - partition!.committed! })
    expect(figures(old)).toEqual({ [RUN]: 0, [AUDITOR]: seconds(partition!.lagUs!) })
    expect(figures(committed)).toEqual({ [RUN]: run.actor.committed.offset, [AUDITOR]: partition!.committed })
    const verdicts = verdict!.map(({ row }) => [row.consumergroup, row.status])
    expect(Object.fromEntries(verdicts)).toEqual({ [RUN]: 'ok', [AUDITOR]: 'stop' })
  },
  'millrace-pipeline: Nodes': ({ run }, [reached, given]) => {
    const figures = (answers: readonly Answer[] | undefined) => answers!.map(({ row, value }) => [row.node, value])
    expect(new Map(figures(reached) as [])).toEqual(new Map(run.nodes.map(node => [node.id, node.in])))
    expect(new Map(figures(given) as [])).toEqual(new Map(run.nodes.map(node => [node.id, node.out])))
  },
  'millrace-pipeline: Garbage collection': (_, answers) => {
    for (const { name, value } of answers.flat()) {
      expect(name).toBeOneOf(['minor', 'major', 'incremental', 'weakcb'])
      compare(value, [0, 1], name)
    }
  },
  'millrace-data: Alerts that fire': async (_, answers) => {
    const url = `${plant.servers.prometheus}/api/v1/alerts`
    const { data } = (await (await fetch(url)).json()) as {
      data: { alerts: { labels: { alertname: string }; state: string }[] }
    }
    const firing = data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname)
    expect(
      answers
        .flat()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(firing.toSorted())
    expect(firing).toEqual(expect.arrayContaining(['DeadLetters', 'SinkRejects']))
  },
  'millrace-data: Quotes a minute': ({ quotes }, answers) => {
    const expected = minutes(quotes).map(({ at, key, rows }) => [`${at} ${key}`, rows.length] as const)
    compareMaps(byMinute(answers, 'instrument', 'quotes'), new Map(expected))
  },
  'millrace-data: Spread': ({ quotes }, answers) => {
    const spread = (row: Row): number => ((askOf(row) - bidOf(row)) / (askOf(row) + bidOf(row))) * 20_000
    const expected = minutes(quotes).map(
      ({ at, key, rows }) => [`${at} ${key}`, sum(rows.map(spread)) / rows.length] as const,
    )
    compareMaps(byMinute(answers, 'instrument', 'spread'), new Map(expected))
  },
  'millrace-data: Quotes that cannot be': ({ quotes }, answers) => {
    const count = (all: readonly Row[], is: (row: Row) => boolean): number => all.filter(is).length
    const expected = [...Map.groupBy(quotes, ({ key }) => key)].map(([instrument, all]) => ({
      instrument,
      quotes: all.length,
      crossed: count(all, row => askOf(row) < bidOf(row)),
      locked: count(all, row => askOf(row) === bidOf(row)),
      empty: count(all, row => row.bidSize === 0 || row.askSize === 0),
    }))
    expect(rows(answers)).toEqual(expected.toSorted((a, b) => (a.instrument < b.instrument ? -1 : 1)))
  },
  'millrace-data: Silences': ({ quotes }, answers) => {
    const expected = [...Map.groupBy(quotes, ({ key }) => key)].map(([instrument, all]) => {
      const longest = Math.max(...all.slice(1).map(({ at }, i) => at - all[i]!.at))
      return [instrument, seconds(longest), all.at(-1)!.at]
    })
    const found = rows(answers).map(({ instrument, longest, newest }) => [instrument, longest, micros(newest)])
    expect(found).toEqual(expected.toSorted())
  },
  'millrace-data: Refused, by code': (_, answers) => {
    expect(rows(answers)).toEqual([{ code: 'QUESTDB_ROW', source: `${TOPIC}/0`, refused: 1 }])
  },
  'millrace-data: Newest refused rows': ({ group }, answers) => {
    expect(rows(answers)).toMatchObject([
      {
        code: 'QUESTDB_ROW',
        reason: expect.stringContaining('Infinity'),
        place: `${TOPIC}/0/${group.partitions[0]!.end - 1}#0`,
      },
    ])
  },
  'millrace-data: Newest dead letters': ({ letters }, answers) => {
    const found = rows(answers).map(({ time, ...row }) => ({ at: micros(time), ...row }))
    expect(found).toEqual(letters)
    expect(letters).toHaveLength(1)
  },
  'millrace-data: Tables': (_, answers) => {
    const found = new Map(rows(answers).map(row => [row.table_name, row]))
    expect(tables.map(({ name }) => name).filter(name => found.get(name)?.table_suspended !== false)).toEqual([])
    expect(found.get('quotes')?.table_row_count).toBeGreaterThanOrEqual(plant.truth.quotes.length)
  },
  'millrace-data: Bars that the store keeps': (_, answers) => {
    const spans = ['quotes', 'trades'].flatMap(table => ['1m', '5m', '1h', '1d'].map(span => `${table}_${span}`))
    const found = rows(answers).map(({ view_name: name, view_status: status }) => `${name} ${status}`)
    expect(found).toEqual(expect.arrayContaining(spans.map(name => `${name} valid`)))
  },
  'millrace-pnl: Equity, recorded': ({ equity, run }, answers) => {
    const expected = minutes(equity).map(
      ({ at, rows }) => [`${at} ${RUN}`, major(rows.at(-1)!.equity as number)] as const,
    )
    const found = byMinute(answers, 'run', 'equity')
    compareMaps(found, new Map(expected))
    expect([...found.values()].at(-1)).toBeCloseTo(major(run.money.equity), 2)
  },
  'millrace-pnl: Price and fills': (truth, [candles, points]) => {
    const [instrument] = shownOf(truth).chosen.instrument!
    const expected = minutes(truth.quotes.filter(({ key }) => key === instrument)).map(({ at, rows }) => {
      const mids = rows.map(midOf)
      return [at, mids[0], Math.max(...mids), Math.min(...mids), mids.at(-1)]
    })
    const bars = candles!.map(({ row }) => [micros(row.time), row.open, row.high, row.low, row.close])
    expect(bars).toEqual(expected)
    const tick = tickOf(truth, instrument!)
    const ours = fillsOf(truth).filter(({ key }) => key === instrument)
    expect(points!.map(({ row }) => micros(row.time))).toEqual(ours.map(({ at }) => at))
    for (const [i, { side, price }] of ours.entries())
      expect(points![i]!.row[side === 'buy' ? 'bought' : 'sold']).toBeCloseTo((price as number) * tick, 9)
  },
  'millrace-pnl: Last fills': (truth, answers) => {
    const expected = fillsOf(truth).slice(-50)
    const found = rows(answers).toReversed()
    expect(found.map(({ order_id: id }) => id).toSorted()).toEqual(expected.map(({ orderId }) => orderId).toSorted())
    const byId = new Map(found.map(row => [row.order_id, row]))
    for (const { at, key, orderId, side, lots, price, fee } of expected) {
      const row = byId.get(orderId)!
      expect([micros(row.time), row.instrument, row.side, row.lots]).toEqual([at, key, side, lots])
      expect(row.price).toBeCloseTo((price as number) * tickOf(truth, key), 9)
      expect(row.fee).toBeCloseTo(major(fee as number), 9)
    }
  },
  'millrace-pnl: What the venue said': ({ executions }, answers) => {
    const updates = executions.filter(({ type }) => type === 'update')
    const expected = [...Map.groupBy(updates, ({ state, reason }) => `${state} ${reason}`)].map(([said, all]) => [
      said,
      all.length,
    ])
    const found = rows(answers).map(({ state, reason, answers }) => [`${state} ${reason}`, answers])
    expect(new Map(found as [])).toEqual(new Map(expected as []))
  },
}
