import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLmdbLog } from '../../connectors/lmdb/lmdb-log.ts'
import { blockOf, type Row } from '../../engine/log/build.ts'
import type { Log } from '../../engine/log/port.ts'
import { quotes } from '../../engine/market/topics.ts'
import { rowsOf } from '../../engine/run/replay.ts'
import { readManifest } from '../manifest.ts'
import { folders, millrace } from '../testing/millrace.ts'
import { excursions } from './excursions.ts'
import { fillFactsOf } from './fills.ts'
import { readHistory } from './history.ts'
import { priceViews } from './prices.ts'

const { make, remove } = folders()
const home = make()
const folder = `${home}/run`
const logs: Log[] = []
afterAll(async () => {
  await Promise.all(logs.map(log => log.close()))
  remove()
})

const rowsIn = async (log: Log, topic: string): Promise<readonly Row[]> => {
  const rows: Row[] = []
  for await (const row of rowsOf(log, topic, 0)) rows.push(row)
  return rows
}

const number = (row: Row, field: string): number => row[field] as number

let own: Log
let ticks: readonly Row[]
beforeAll(async () => {
  const line = ['backtest', 'mean-reversion', '--rows', '60000', '--set', 'adxMax=60', '--latency-ms', '1000']
  await millrace([...line, '--out', folder], { home })
  own = await openLmdbLog({ path: `${folder}/log`, readOnly: true })
  const tapes = await openLmdbLog({ path: `${home}/log`, readOnly: true })
  logs.push(own, tapes)
  ticks = (await rowsIn(tapes, readManifest(folder).tape.topic)).filter(({ bid }) => bid !== undefined)
})

describe('the market of a run, thinned out', () => {
  it('keeps the lowest and the highest price of each stretch, and every row in one', () => {
    const [begin, end] = [ticks[0]!.at, ticks.at(-1)!.at]
    const prices = priceViews(['EURUSD'], begin, end)
    for (let from = 0; from < ticks.length; from += 4096) {
      const block = blockOf(quotes.schema, ticks.slice(from, from + 4096))
      const [low, high] = [block.columns.bid as Float64Array, block.columns.ask as Float64Array]
      prices.take({ block, low, high }, 0, block.count)
    }
    const [view] = prices.views()
    const places = view!.at.map(at => ticks.findIndex(tick => tick.at === at))
    expect(view!.rows).toBe(ticks.length)
    expect(places[0]).toBe(0)
    for (const [i, from] of places.slice(0, 300).entries()) {
      const rows = ticks.slice(from, places[i + 1])
      expect(view!.low[i]).toBe(Math.min(...rows.map(row => number(row, 'bid'))))
      expect(view!.high[i]).toBe(Math.max(...rows.map(row => number(row, 'ask'))))
    }
  })

  it('tells its gaps, the longest first, and what came late', () => {
    const at = [0, 1, 200, 201, 150, 500].map(seconds => seconds * 1e6)
    const rows = at.map(time => ({ at: time, key: 'A', bid: 2, ask: 1, bidSize: 0, askSize: 0 }))
    const block = blockOf(quotes.schema, rows)
    const prices = priceViews(['A'], 0, 500e6)
    const columns = { low: block.columns.bid as Float64Array, high: block.columns.ask as Float64Array }
    prices.take({ block, ...columns }, 0, block.count)
    const [view] = prices.views()
    expect(view).toMatchObject({ rows: 6, late: 1, quietMinutes: 2 })
    expect(view!.gaps).toEqual([
      { from: 150e6, to: 500e6 },
      { from: 1e6, to: 200e6 },
    ])
    // A crossed quote stands the right way round.
    expect([view!.low[0], view!.high[0]]).toEqual([1, 2])
  })
})

describe('a trade on its way', () => {
  it('was as good and as bad as the quotes between its fills say', async () => {
    const manifest = readManifest(folder)
    const watched = await excursions({ ...manifest, log: own })
    for (let from = 0; from < ticks.length; from += 4096) {
      const block = blockOf(quotes.schema, ticks.slice(from, from + 4096))
      watched.take(block, 0, block.count)
    }
    const { trades } = await readHistory({ ...manifest, endEquity: 0, log: own })
    const seen = watched.ends()
    expect(seen).toHaveLength(trades.length)
    expect(trades.length).toBeGreaterThan(20)
    for (const [i, { side, openedAt, closedAt, entry, profit, notional }] of trades.entries()) {
      const size = notional! / entry
      const between = ticks.filter(({ at }) => at >= openedAt && at < closedAt)
      const open = between.map(row => (side === 'buy' ? number(row, 'bid') - entry : entry - number(row, 'ask')) * size)
      expect(seen[i]!.highest).toBeCloseTo(Math.max(0, profit, ...open), 4)
      expect(seen[i]!.lowest).toBeCloseTo(Math.min(0, profit, ...open), 4)
    }
  })
})

it('tells how long the fills of a run waited, and the oldest quote that made one', async () => {
  const manifest = readManifest(folder)
  const { latencyUs } = manifest
  const facts = await fillFactsOf(own, manifest)
  const decided = new Map((await rowsIn(own, 'orders')).map(row => [String(row.id), row.at]))
  const fills = (await rowsIn(own, 'executions')).filter(({ type }) => type === 'fill')
  const isPassed = (from: number): boolean => ticks.some(({ at }) => at > from && at < from + latencyUs)
  const waits = fills.map(row => row.at - decided.get(String(row.orderId))! - latencyUs).sort((a, b) => a - b)
  expect(facts).toMatchObject({
    fills: fills.length,
    oldestQuoteUs: Math.max(...fills.map(row => number(row, 'quoteAgeUs'))),
    longestWaitUs: waits.at(-1),
    waited: fills.filter(row => isPassed(decided.get(String(row.orderId))!)).length,
    waitedLong: waits.filter(wait => wait > 1e6).length,
  })
  expect(waits[0]).toBeGreaterThanOrEqual(0)
  expect(facts.waited).toBeGreaterThan(0)
})
