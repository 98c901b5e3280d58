import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openLmdbLog } from '../../connectors/lmdb/lmdb-log.ts'
import { paperVenue } from '../../connectors/paper/venue.ts'
import { REGIMES, type Regime } from '../../connectors/sample/regime.ts'
import { sampleMarket } from '../../connectors/sample/sample.ts'
import * as index from '../../strategies/index.ts'
import { meanReversion } from '../../strategies/mean-reversion.ts'
import type { Params, Strategy } from '../flow/pipeline.ts'
import type { Block } from '../log/block.ts'
import { blockOf, type Row, rowOf, sliceBlock } from '../log/build.ts'
import { memoryLog } from '../log/memory.ts'
import type { Log } from '../log/port.ts'
import { currency } from '../market/cash.ts'
import { instruments, intents, orders } from '../market/topics.ts'
import { minor } from '../market/units.ts'
import { everyOrder } from '../testing/every-order.ts'
import { systemClock } from '../time/clock.ts'
import { replayRun, rowsOf } from './replay.ts'
import { type RunEnd, type RunOptions, runStrategy } from './run-strategy.ts'
import { executions } from './topics.ts'

const strategies: readonly Strategy[] = Object.values(index)
const BALANCE = minor(100_000_000_000)
const ROWS = 60_000
const LATENCY_US = 1_000

const deals = { latencyUs: LATENCY_US, startBalance: BALANCE, currency: currency('USD', 6) }
const venue = () => paperVenue(deals)

/** A sample market as a tape: the instruments first, then quotes in blocks of the given size. */
const record = async (log: Log, topic: string, regime: Regime, cut = 4096): Promise<void> => {
  const market = sampleMarket({ regime, rows: ROWS, instruments: ['EURUSD', 'XAUUSD'] })
  const definitions = market.instruments.map(instrument => ({ key: instrument.id, ...instrument }) as unknown as Row)
  const blocks: Block[] = []
  for (const block of market.blocks()) {
    for (let from = 0; from < block.count; from += cut)
      blocks.push(sliceBlock(block, from, Math.min(block.count, from + cut)))
  }
  await log.append(topic, 0, [blockOf(instruments.schema, definitions), ...blocks])
}

const tapes = new Map<string, Promise<Log>>()
const tape = (regime: Regime, cut = 4096): Promise<Log> => {
  const name = `${regime}/${cut}`
  const log = tapes.get(name) ?? recorded(regime, cut)
  tapes.set(name, log)
  return log
}
const recorded = async (regime: Regime, cut: number): Promise<Log> => {
  const log = memoryLog()
  await record(log, 'sample', regime, cut)
  return log
}

/** Parameters with which a strategy trades often enough on so short a tape. */
const lively = (strategy: Strategy): Params => {
  const { barMs } = strategy.build().params
  if (strategy.name === 'mean-reversion') return { adxMax: 60 }
  if (strategy.name === 'pairs') return { second: 'XAUUSD', barMs: 1_000, enter: 1 }
  return barMs === undefined ? {} : { barMs: 1_000 }
}

interface Case extends Partial<RunOptions> {
  readonly regime?: Regime
  readonly cut?: number
  readonly signal?: AbortSignal
}

const run = async ({ regime = 'mean-reverting', cut, signal, ...more }: Case = {}): Promise<RunEnd & { log: Log }> => {
  const log = more.log ?? memoryLog()
  const strategy = more.strategy ?? meanReversion
  const options: RunOptions = {
    strategy,
    params: lively(strategy),
    tape: { log: await tape(regime, cut), topic: 'sample', partition: 0 },
    log,
    venue,
    startBalance: BALANCE,
    clock: systemClock,
    ...more,
  }
  return { ...(await runStrategy(options, signal)), log }
}

/** Drained after each few blocks and taken up again, until it is at its end. */
const brokenRun = async (
  more: Case = {},
): Promise<{ readonly log: Log; readonly end: RunEnd; readonly tries: number }> => {
  const log = memoryLog()
  for (let tries = 1; ; tries++) {
    const stop = new AbortController()
    let blocks = 0
    const onProgress = (): void => {
      blocks += 1
      if (blocks > 2) stop.abort()
    }
    const end = await run({ ...more, log, commitRows: 3_000, snapshotRows: 9_000, onProgress, signal: stop.signal })
    if (end.actor.type === 'finished') return { log, end, tries }
  }
}

const all = async (log: Log, topic: string): Promise<Row[]> => {
  const rows: Row[] = []
  for await (const row of rowsOf(log, topic, 0)) rows.push(row)
  return rows
}

const withFolder = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-run-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe.each(strategies.map(strategy => [strategy.name, strategy] as const))('%s', (_name, strategy) => {
  it.each(REGIMES)('a replay of the %s market gives the same five digests', async regime => {
    const { digests, log, rows, counts } = await run({ strategy, regime })
    expect(counts.orders).toBeGreaterThan(0)
    const replayed = await replayRun({
      strategy,
      params: lively(strategy),
      tape: { log: await tape(regime), topic: 'sample', partition: 0 },
      log,
      startBalance: BALANCE,
    })
    expect(replayed).toEqual({ rows, digests, difference: null })
  })

  it('what is known at t does not depend on what comes after (prefix replay, 20 cuts)', async () => {
    const whole = await all((await run({ strategy })).log, intents.name)
    const source = await tape('mean-reverting')
    const times: number[] = []
    for await (const { block } of source.read('sample', 0, 1)) times.push(...block.at.subarray(0, block.count))
    for (let i = 1; i <= 20; i++) {
      const to = times[Math.floor((times.length * i * 0.618) % times.length)]!
      const part = await all((await run({ strategy, to })).log, intents.name)
      expect(part).toEqual(whole.slice(0, part.length))
      expect(whole.slice(part.length).every(row => row.at >= to)).toBe(true)
    }
  })

  it('the fused and the plain driver agree', async () => {
    const [fused, plain] = [await run({ strategy, mode: 'fused' }), await run({ strategy, mode: 'plain' })]
    expect(plain.digests).toEqual(fused.digests)
    expect(plain.nodes).toEqual(fused.nodes)
  })
})

describe('a run', () => {
  it('does not depend on how the tape was cut into blocks', async () => {
    const { digests } = await run()
    for (const cut of [1, 7, 333]) expect((await run({ cut })).digests).toEqual(digests)
  })

  it('on LMDB has the digests of a run in memory', async () => {
    const { digests } = await run()
    await withFolder(async path => {
      const log = await openLmdbLog({ path })
      await record(log, 'sample', 'mean-reverting')
      const onDisk = await run({ log, tape: { log, topic: 'sample', partition: 0 } })
      expect(onDisk.digests).toEqual(digests)
      await log.close()
    })
  })

  it('that is drained and taken up again, over and over, ends like an unbroken one', async () => {
    const { digests, log } = await run()
    const { log: broken, end, tries } = await brokenRun()
    expect(tries).toBeGreaterThan(3)
    expect(end.digests).toEqual(digests)
    for (const topic of [intents.name, orders.name, executions.name]) {
      expect(await all(broken, topic)).toEqual(await all(log, topic))
    }
  })

  it('fills no order on a quote that is older than its decision', async () => {
    const { log, counts } = await run()
    const decided = new Map((await all(log, orders.name)).map(order => [order.id, order.at]))
    const filled = (await all(log, executions.name)).filter(row => row.type === 'fill')
    expect(filled.length).toBeGreaterThan(100)
    for (const fill of filled) {
      const quoteAt = fill.at - Number(fill.quoteAgeUs)
      expect(quoteAt).toBeGreaterThanOrEqual(decided.get(fill.orderId as string)! + LATENCY_US)
    }
    expect(counts.fills).toBe(filled.length)
  })
})

describe('orders of every type', () => {
  const options = { strategy: everyOrder, params: { every: 40 } }

  it('come to every state, and to fills of limits and stops', async () => {
    const { log } = await run(options)
    const states = (await all(log, executions.name)).map(({ state }) => state)
    for (const state of ['accepted', 'amended', 'triggered', 'rejected', 'cancelled', 'expired']) {
      expect(states.filter(found => found === state).length, state).toBeGreaterThan(10)
    }
    const filled = new Set(
      (await all(log, executions.name)).filter(({ type }) => type === 'fill').map(row => row.orderId),
    )
    const types = new Set((await all(log, orders.name)).filter(({ id }) => filled.has(id!)).map(({ type }) => type))
    expect([...types].sort()).toEqual(['limit', 'market', 'stop', 'stop-limit', 'take-profit', 'trailing'])
  })

  it.each(REGIMES)('are replayed on the %s market to the same five digests', async regime => {
    const { digests, log, rows } = await run({ ...options, regime })
    const source = { log: await tape(regime), topic: 'sample', partition: 0 }
    const replayed = await replayRun({ ...options, tape: source, log, startBalance: BALANCE })
    expect(replayed).toEqual({ rows, digests, difference: null })
  })

  it('end as in an unbroken run when it is drained and taken up again, over and over', async () => {
    const { digests, log } = await run(options)
    const { log: broken, end } = await brokenRun(options)
    expect(end.digests).toEqual(digests)
    for (const topic of [intents.name, orders.name, executions.name]) {
      expect(await all(broken, topic)).toEqual(await all(log, topic))
    }
  })

  it('are replayed and taken up again where positions are hedged, too', async () => {
    const hedged = { ...options, venue: () => paperVenue({ ...deals, positions: 'hedging' }) }
    const { digests, ledger, log, rows } = await run(hedged)
    expect(ledger.holdings.get('EURUSD')?.position.lots).toBeGreaterThan(0)
    expect(ledger.shorts.get('EURUSD')?.position.lots).toBeLessThan(0)
    const { end } = await brokenRun(hedged)
    expect([end.digests, end.ledger]).toEqual([digests, ledger])
    const source = { log: await tape('mean-reverting'), topic: 'sample', partition: 0 }
    const replayed = await replayRun({ ...hedged, tape: source, log, startBalance: BALANCE })
    expect(replayed).toEqual({ rows, digests, difference: null })
  })

  it('do not depend on how the tape was cut', async () => {
    const { digests } = await run(options)
    for (const cut of [7, 333]) expect((await run({ ...options, cut })).digests).toEqual(digests)
  })
})

describe('a replay', () => {
  it('names the first decision that is not as recorded', async () => {
    const { log } = await run()
    const forged = memoryLog()
    for (const topic of [executions.name, intents.name, 'checkpoints']) {
      for await (const { offset, block } of log.read(topic, 0, 0)) {
        const rows = Array.from({ length: block.count }, (_, i) => rowOf(block, i))
        if (topic === intents.name && offset === 0) rows[5] = { ...rows[5]!, lots: Number(rows[5]!.lots) + 1 }
        await forged.append(topic, 0, [blockOf(block.schema, rows)])
      }
    }
    const { difference } = await replay(forged, await tape('mean-reverting'))
    expect(difference?.what).toBe('decision')
    expect(JSON.parse(difference!.recorded).lots).toBe(JSON.parse(difference!.replayed).lots + 1)
  })

  it('names the first record of a tape that was changed', async () => {
    const { log } = await run()
    const changed = memoryLog()
    for await (const { offset, block } of (await tape('mean-reverting')).read('sample', 0, 0)) {
      const copy = sliceBlock(block, 0, block.count)
      if (offset === 3) (copy.columns.bidSize as Float64Array)[7] = 12_345
      await changed.append('sample', 0, [copy])
    }
    const { difference } = await replay(log, changed)
    expect(difference).toMatchObject({ what: 'input', place: 'sample/0/3' })
  })

  it('names the first record of the mailbox in which an answer was changed', async () => {
    const { log } = await run()
    const forged = memoryLog()
    for (const topic of [executions.name, intents.name, 'checkpoints']) {
      for await (const { offset, block } of log.read(topic, 0, 0)) {
        const rows = Array.from({ length: block.count }, (_, i) => rowOf(block, i))
        const fill = rows.findIndex(row => row.type === 'fill')
        if (topic === executions.name && offset === 0) rows[fill] = { ...rows[fill]!, fee: Number(rows[fill]!.fee) + 1 }
        await forged.append(topic, 0, [blockOf(block.schema, rows)])
      }
    }
    const { difference } = await replay(forged, await tape('mean-reverting'))
    expect(difference).toMatchObject({ what: 'answer', place: expect.stringMatching(/^sample\/0\/\d+$/) })
  })

  const replay = (log: Log, source: Log) =>
    replayRun({
      strategy: meanReversion,
      params: lively(meanReversion),
      tape: { log: source, topic: 'sample', partition: 0 },
      log,
      startBalance: BALANCE,
    })
})
